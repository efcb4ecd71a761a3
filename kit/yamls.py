"""Data files: YAML read by libyaml where it is there, which is ten times as fast."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str | bytes) -> Any:
    """Plain data of a YAML text; no tags that make objects."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 both are safe loaders
