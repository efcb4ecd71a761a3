"""Codes that are data (purposes, categories, items): marked here, listed when described.

A field says `x-codes: purposes`; `name_codes` puts the catalogue's codes there as an enumeration,
so that the API description lists what the data holds today.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

CODES = "x-codes"


class CodeList(StrEnum):
    """Which list of the catalogue."""

    PURPOSES = "purposes"
    CATEGORIES = "categories"
    ITEMS = "items"


def name_codes(node: Any, lists: Mapping[CodeList, Sequence[str]]) -> None:
    """List the codes wherever a description marks them."""
    if isinstance(node, dict):
        if isinstance(node.get(CODES), str):
            node["enum"] = list(lists[CodeList(node[CODES])])
        for part in node.values():
            name_codes(part, lists)
    elif isinstance(node, list):
        for part in node:
            name_codes(part, lists)
