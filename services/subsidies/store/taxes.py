"""The information pack on national taxes, read once."""

import hashlib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kit.text import Text
from kit.yamls import read_yaml
from services.subsidies.rules.taxes import EffectCode, TaxPack, TaxRule

PACK = Path(__file__).parent.parent / "information" / "technology-contract-taxes.yaml"


@cache
def open_tax_pack() -> TaxPack:
    """The one pack of this process."""
    return read_tax_pack(PACK)


def read_tax_pack(path: Path) -> TaxPack:
    """Read the pack; every provision must be there."""
    content = path.read_bytes()
    pack = read_yaml(content)
    return TaxPack(
        id=pack["id"],
        version=pack["version"],
        title=Text(*pack["title"]),
        notice=Text(*pack["notice"]),
        pack_hash=hashlib.sha256(content).hexdigest(),
        rules={code: _rule(code, pack["effects"][code]) for code in EffectCode},
    )


def _rule(code: EffectCode, entry: dict[str, Any]) -> TaxRule:
    return TaxRule(
        code=code,
        label=Text(*entry["label"]),
        from_day=entry["from"],
        numbers={name: Decimal(value) for name, value in entry["numbers"].items()},
        source=entry["source"],
        link=entry["link"],
        confidence=entry["confidence"],
        doubtful_from=entry.get("doubtful_from"),
        doubt=Text(*entry["doubt"]) if "doubt" in entry else None,
        doubtful_confidence=entry.get("doubtful_confidence"),
    )
