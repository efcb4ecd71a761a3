"""The shelf of policy packs: read from their folders, compiled once, exchanged when files change.

A pack that cannot be read is refused and the shelf keeps what it had.
"""

import hashlib
import threading
import time
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kit.errors import no_such
from kit.logs import log
from kit.text import Text
from kit.yamls import read_yaml
from services.subsidies.rules.pack_checks import PackFault, check_policies
from services.subsidies.rules.policies import (
    AwardScheme,
    Condition,
    KnownLevels,
    Parameter,
    Policy,
    PolicyStatus,
    Question,
    Reading,
    RuleText,
    Source,
    Switch,
)

POLICIES = Path(__file__).parent.parent / "policies"
_LOOK_EVERY = 0.5

Yaml = Mapping[str, Any]


class PackRefused(ValueError):
    """A shelf whose packs break a law of packs; `faults` says where."""

    def __init__(self, faults: list[PackFault]) -> None:
        super().__init__("; ".join(f"{fault.pack}: {fault.message.en}" for fault in faults))
        self.faults = faults


class PolicyShelf:
    """All packs of a folder, newest text first seen within half a second of a change."""

    def __init__(self, folder: Path = POLICIES) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stamp = _stamp_of(folder)
        self._policies = read_policies(folder)
        self._looked_at = time.monotonic()

    def policies(self) -> tuple[Policy, ...]:
        """Every pack, the earliest first."""
        if time.monotonic() - self._looked_at > _LOOK_EVERY:
            self._refresh()
        return self._policies

    def find_policy_on(self, day: date) -> Policy | None:
        """The policy of a day."""
        for policy in self.policies():
            if policy.in_force(day):
                return policy
        return None

    def get_policy(self, policy_id: str) -> Policy:
        for policy in self.policies():
            if policy.id == policy_id:
                return policy
        raise no_such("政策", "policy", policy_id)

    def _refresh(self) -> None:
        with self._lock:
            self._looked_at = time.monotonic()
            try:
                stamp = _stamp_of(self._folder)
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._policies = read_policies(self._folder)
            except (OSError, PackRefused) as error:
                log.error("policy packs refused, the old ones stay", error=repr(error))


@cache
def open_shelf() -> PolicyShelf:
    """The one shelf of this process."""
    return PolicyShelf()


def _stamp_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted(path for path in folder.glob("*/*") if path.suffix in {".yaml", ".txt"})
    return tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in files)


def read_policies(folder: Path) -> tuple[Policy, ...]:
    """Compile all packs of a folder; raises PackRefused with every fault."""
    policies: list[Policy] = []
    faults: list[PackFault] = []
    for path in sorted(folder.glob("*/pack.yaml")):
        try:
            policies.append(read_policy(path.parent))
        except Exception as error:  # noqa: BLE001 any flaw of a pack is a fault with its name
            faults.append(PackFault(path.parent.name, "pack", _unreadable(error)))
    faults += check_policies(policies)
    if faults:
        raise PackRefused(faults)
    return tuple(sorted(policies, key=lambda policy: policy.from_day))


def _unreadable(error: Exception) -> Text:
    return Text(f"无法读取：{error!r}", f"cannot be read: {error!r}")


def read_policy(folder: Path) -> Policy:
    """Compile one pack's folder."""
    pack = _read(folder / "pack.yaml")
    source = pack["source"]
    switches = {entry["code"]: _switch(entry) for entry in _read_list(folder / "switches.yaml")}
    parameters = tuple(_parameter(entry) for entry in _read_list(folder / "parameters.yaml"))
    rules = _read(folder / "rules.yaml")
    return Policy(
        id=pack["id"],
        version=pack["version"],
        title=_text(pack["title"]),
        issuer=_text(pack["issuer"]),
        number=pack["number"],
        status=PolicyStatus(pack["status"]),
        from_day=pack["from"],
        to_day=pack["to"],
        computable=pack["computable"],
        clauses=_text(pack["clauses"]),
        contact=_text(pack["contact"]),
        source=Source(
            source["file"],
            source["title"],
            source["sha256"],
            (folder / source["file"]).read_text("utf-8"),
            source["link"],
        ),
        pack_hash=_hash_of(folder),
        replaces=pack["replaces"],
        parameters=parameters,
        switches=switches,
        rules=_rules(rules, switches) if pack["computable"] else {},
        questions={
            code: _question(code, entry) for code, entry in _read(folder / "questions.yaml").items()
        },
        schemes={
            code: _scheme(code, entry, switches)
            for code, entry in _read(folder / "awards.yaml").items()
        },
        dated=_by_code(parameters),
        unknown_amounts=None if pack["computable"] else _unknown_amounts(rules),
    )


def _read(path: Path) -> dict[str, Any]:
    return _load(path) or {}


def _read_list(path: Path) -> list[dict[str, Any]]:
    return _load(path) or []


def _load(path: Path) -> Any:
    """The file as data; None where there is none."""
    return read_yaml(path.read_text("utf-8")) if path.exists() else None


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in {".yaml", ".txt"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _text(pair: list[str]) -> Text:
    chinese, english = pair
    return Text(chinese, english)


def _switch(entry: Yaml) -> Switch:
    return Switch(
        code=entry["code"],
        title=_text(entry["title"]),
        rules=tuple(entry["rules"]),
        default=entry["default"],
        owner=_text(entry["owner"]),
        reason=_text(entry["reason"]),
        readings=tuple(
            Reading(reading["key"], reading["holds"], _text(reading["text"]))
            for reading in entry["readings"]
        ),
        touches=entry.get("touches"),
        quote=entry.get("quote"),
    )


def _parameter(entry: Yaml) -> Parameter:
    return Parameter(
        code=entry["code"],
        label=_text(entry["label"]),
        value=Decimal(entry["value"]),
        unit=entry["unit"],
        from_day=entry["from"],
        to_day=entry["to"],
        clause=entry["clause"],
        quote=entry["quote"],
        outside_source=entry.get("outside_source"),
        confidence=entry.get("confidence"),
    )


def _by_code(parameters: tuple[Parameter, ...]) -> dict[str, tuple[Parameter, ...]]:
    dated: dict[str, tuple[Parameter, ...]] = {}
    for parameter in parameters:
        dated[parameter.code] = (*dated.get(parameter.code, ()), parameter)
    return dated


def _rules(entries: Yaml, switches: Mapping[str, Switch]) -> dict[str, RuleText]:
    rules: dict[str, RuleText] = {}
    for code, entry in entries.items():
        clause = entry["clause"]
        words = _conditions_of(entries, code)
        rules[code] = RuleText(
            code=code,
            clause=clause,
            title=_text(entry["title"]),
            conditions={
                name: _condition(name, clause, word, switches) for name, word in words.items()
            },
        )
    return rules


def _conditions_of(entries: Yaml, code: str) -> dict[str, Any]:
    """A rule's conditions on top of those of the rule it extends."""
    entry = entries[code]
    below = _conditions_of(entries, entry["extends"]) if "extends" in entry else {}
    return {**below, **entry["conditions"]}


_SAYINGS = ("holds", "fails", "unknown", "waits", "wrong")


def _condition(name: str, clause: str, entry: Yaml, switches: Mapping[str, Switch]) -> Condition:
    return Condition(
        code=name,
        clause=clause,
        quote=entry["quote"],
        texts={saying: _text(entry[saying]) for saying in _SAYINGS if saying in entry},
        asks=entry.get("asks"),
        act=_text(entry["act"]) if "act" in entry else None,
        switch=switches[entry["switch"]] if "switch" in entry else None,
    )


def _unknown_amounts(rules: Yaml) -> Condition:
    texts = {"unknown": _text(rules["amounts_not_in_text"]["unknown"])}
    return Condition("amounts_not_in_text", rules["clause"], rules["quote"], texts)


def _question(code: str, entry: Yaml) -> Question:
    return Question(
        code=code,
        type=entry["type"],
        text=_text(entry["text"]),
        help=_text(entry["help"]),
        choices={choice: _text(pair) for choice, pair in entry.get("choices", {}).items()},
    )


def _scheme(code: str, entry: Yaml, switches: Mapping[str, Switch]) -> AwardScheme:
    return AwardScheme(
        code=code,
        label=_text(entry["label"]),
        treatment=entry["treatment"],
        levels=tuple(
            KnownLevels(
                levels["from"],
                levels["to"],
                tuple(levels["known"]),
                levels["source"],
                levels["confidence"],
            )
            for levels in entry.get("levels", [])
        ),
        switch=switches[entry["switch"]] if "switch" in entry else None,
        priced_as=entry.get("priced_as"),
    )


def read_cases(folder: Path) -> list[dict[str, Any]]:
    """The cases of one pack; entries without an id hold shared shapes."""
    return [entry for entry in _read_list(folder / "cases.yaml") if "id" in entry]
