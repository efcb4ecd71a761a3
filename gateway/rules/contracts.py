"""The terms of the contract that 易 registers: what the holder says, else what the case knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.rules.cases import Case
from kit.errors import Fault, InvalidInput
from kit.text import Text

CONTRACT_TYPES = ("development", "transfer", "license", "consulting", "service")
"""技术合同的五种类型（民法典合同编第二十章）：开发、转让、许可、咨询、服务。"""

ContractTerms = Mapping[str, Any]

_KIND_OF_USCC: Mapping[str, str] = {
    "11": "government",
    "12": "institute",
    "91": "enterprise",
    "92": "enterprise",
    "93": "enterprise",
}
_TYPE_OF_WAY: Mapping[str, str] = {"license": "license", "transfer": "transfer"}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "type": ("type", "contract_type"),
    "title": ("title",),
    "total_yuan": ("total_yuan", "amount_yuan"),
    "technology_yuan": ("technology_yuan",),
    "seller": ("seller",),
    "buyer": ("buyer",),
    "signed_on": ("signed_on",),
}


@dataclass(frozen=True, slots=True)
class Achieved:
    """What the case's achievement contributes: its first organisation and its transfer ways."""

    seller_uscc: str
    seller_name: str
    seller_kind: str | None
    transfer_ways: tuple[str, ...]


def list_said_terms(result: Mapping[str, Any]) -> dict[str, Any]:
    """The terms in `result.contract`, or flat in `result`."""
    said = result.get("contract")
    source = said if isinstance(said, Mapping) else result
    return {
        name: source[word]
        for name, words in _NAMES.items()
        for word in words[::-1]
        if source.get(word) is not None
    }


def complete_terms(said: Mapping[str, Any], case: Case, achieved: Achieved | None) -> ContractTerms:
    """All terms, or InvalidInput naming each that nobody knows (民法典第八百四十五条)."""
    known = {
        "title": case.title,
        "total_yuan": case.amount_yuan,
        "technology_yuan": None,
        "signed_on": None,
        "buyer": {"uscc": case.uscc, "name": case.enterprise_name, "kind": "enterprise"},
        "type": _guess_type(achieved),
        "seller": _seller(achieved),
    }
    terms = known | dict(said)
    missing = [name for name in ("type", "title", "total_yuan", "seller") if terms[name] is None]
    if missing:
        raise _incomplete(missing)
    if terms["type"] not in CONTRACT_TYPES:
        raise InvalidInput(
            "contract_incomplete",
            Text("合同类型不在五种之内", "the contract is of none of the five types"),
            faults=[
                Fault(
                    "/result/contract/type",
                    "contract_type_unknown",
                    Text("应为 " + "、".join(CONTRACT_TYPES), ", ".join(CONTRACT_TYPES)),
                )
            ],
        )
    return terms | {side: _complete_party(terms[side], known[side]) for side in ("seller", "buyer")}


def guess_kind(uscc: str) -> str:
    """What kind of organisation a uscc belongs to, by its first two characters (GB 32100)."""
    return _KIND_OF_USCC.get(uscc[:2], "other")


def _complete_party(said: Any, known: Any) -> dict[str, Any]:
    """A party as said (also as its bare uscc), the rest from what is known of it."""
    party = {"uscc": said} if isinstance(said, str) else dict(said)
    uscc = str(party.get("uscc", ""))
    same = known if isinstance(known, dict) and known["uscc"] == uscc else {}
    return {"name": uscc, "kind": guess_kind(uscc), **same, **party}


def _guess_type(achieved: Achieved | None) -> str | None:
    """The first transfer way that is also a type of contract."""
    ways = achieved.transfer_ways if achieved else ()
    return next((_TYPE_OF_WAY[way] for way in ways if way in _TYPE_OF_WAY), None)


def _seller(achieved: Achieved | None) -> dict[str, str] | None:
    if achieved is None:
        return None
    return {
        "uscc": achieved.seller_uscc,
        "name": achieved.seller_name,
        "kind": achieved.seller_kind or guess_kind(achieved.seller_uscc),
    }


def _incomplete(missing: list[str]) -> InvalidInput:
    words = ", ".join(missing)
    return InvalidInput(
        "contract_incomplete",
        Text(f"合同要素不全，还缺：{words}", f"terms of the contract are missing: {words}"),
        faults=[
            Fault(
                f"/result/contract/{name}",
                "missing",
                Text(f"请给出合同的 {name}", f"give the contract's {name}"),
            )
            for name in missing
        ],
    )
