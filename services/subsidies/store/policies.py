"""Policy packs read from their folders and compiled.

A shelf with a pack that breaks a law of packs is refused with every fault.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.text import Text
from kit.yamls import read_yaml
from services.subsidies.rules.pack_checks import PackFault, check_policies
from services.subsidies.rules.policies import (
    AwardScheme,
    Condition,
    KnownLevels,
    Parameter,
    Policy,
    Question,
    Reading,
    RuleText,
    Source,
    Switch,
)
from services.subsidies.store.pack_files import (
    ConditionEntry,
    PackFile,
    ParameterEntry,
    QuestionEntry,
    RuleEntry,
    SchemeEntry,
    SwitchEntry,
    UncountedRules,
    case_entries,
)

Shape = TypeVar("Shape")


class ShelfSettings(BaseSettings):
    """Where the packs are; the platform brings its own."""

    model_config = SettingsConfigDict(env_prefix="LIURONG_", env_ignore_empty=True, frozen=True)

    policies: Path = Field(Path(__file__).parent.parent / "policies")


POLICIES = ShelfSettings().policies


class PackRefused(ValueError):
    """A shelf whose packs break a law of packs; `faults` says where."""

    def __init__(self, faults: list[PackFault]) -> None:
        said = [f"{fault.pack} · {fault.entry}: {fault.message.en}" for fault in faults]
        super().__init__("; ".join(said))
        self.faults = faults


class Misshapen(ValueError):
    """A file of a pack that is not written as it must be."""

    def __init__(self, file: str, error: ValidationError) -> None:
        super().__init__(f"{file}: {error.error_count()} places")
        self.file = file
        self.error = error


Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(folder: Path) -> Stamp:
    """What changes when a file of a pack is added, changed or taken away."""
    files = sorted(path for path in folder.glob("*/*") if path.suffix in _PACK_FILES)
    return tuple((str(path), (s := path.stat()).st_mtime_ns, s.st_size) for path in files)


_PACK_FILES = frozenset({".yaml", ".txt"})


def read_policies(folder: Path) -> tuple[Policy, ...]:
    """Compile all packs of a folder; raises PackRefused with every fault."""
    policies: list[Policy] = []
    faults: list[PackFault] = []
    for path in sorted(folder.glob("*/pack.yaml")):
        try:
            policies.append(read_policy(path.parent))
        except Misshapen as error:
            faults += _describe_misshapen(path.parent.name, error)
        except Exception as error:  # noqa: BLE001 any flaw of a pack is a fault with its name
            faults.append(PackFault(path.parent.name, "pack", _unreadable(error)))
    faults += check_policies(policies)
    if faults:
        raise PackRefused(faults)
    return tuple(sorted(policies, key=lambda policy: policy.from_day))


def _describe_misshapen(pack: str, misshapen: Misshapen) -> list[PackFault]:
    """Each wrong place: the file, the entry, the key."""
    return [
        PackFault(
            pack,
            "/".join([misshapen.file, *(str(part) for part in one["loc"])]),
            Text(f"格式有误：{one['msg']}", f"cannot be read: {one['msg']}"),
        )
        for one in misshapen.error.errors(include_url=False, include_input=False)
    ]


def _unreadable(error: Exception) -> Text:
    return Text(f"无法读取：{error!r}", f"cannot be read: {error!r}")


def read_policy(folder: Path) -> Policy:
    """Compile one pack's folder."""
    pack = _read(folder / "pack.yaml", PackFile)
    switches = {
        entry.code: _switch(entry) for entry in _read(folder / "switches.yaml", list[SwitchEntry])
    }
    parameters = tuple(
        _parameter(entry) for entry in _read(folder / "parameters.yaml", list[ParameterEntry])
    )
    questions = _read(folder / "questions.yaml", dict[str, QuestionEntry])
    schemes = _read(folder / "awards.yaml", dict[str, SchemeEntry])
    return Policy(
        id=_named_as(folder, pack),
        version=pack.version,
        title=pack.title,
        issuer=pack.issuer,
        number=pack.number,
        status=pack.status,
        from_day=pack.from_day,
        to_day=pack.to_day,
        computable=pack.computable,
        clauses=pack.clauses,
        contact=pack.contact,
        source=Source(
            pack.source.file,
            pack.source.title,
            pack.source.sha256,
            (folder / pack.source.file).read_text("utf-8"),
            pack.source.link,
        ),
        pack_hash=_hash_of(folder),
        replaces=pack.replaces,
        parameters=parameters,
        switches=switches,
        rules=_read_rules(folder, switches) if pack.computable else {},
        questions={code: _question(code, entry) for code, entry in questions.items()},
        schemes={code: _scheme(code, entry, switches) for code, entry in schemes.items()},
        dated=_by_code(parameters),
        unknown_amounts=None if pack.computable else _read_unknown_amounts(folder),
    )


def _read(path: Path, shape: type[Shape]) -> Shape:
    """The file in its shape; an absent one is empty. Raises ValidationError with every place."""
    content = _load(path)
    if content is None:
        content = [] if getattr(shape, "__origin__", None) is list else {}
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        raise Misshapen(path.name, error) from error


def _named_as(folder: Path, pack: PackFile) -> str:
    if pack.id != folder.name:
        raise ValueError(f"the folder {folder.name!r} holds a pack called {pack.id!r}")
    return pack.id


def _load(path: Path) -> Any:
    """The file as data; None where there is none."""
    return read_yaml(path.read_text("utf-8")) if path.exists() else None


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in _PACK_FILES:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _switch(entry: SwitchEntry) -> Switch:
    return Switch(
        code=entry.code,
        title=entry.title,
        rules=tuple(entry.rules),
        default=entry.default,
        owner=entry.owner,
        reason=entry.reason,
        readings=tuple(Reading(one.key, one.holds, one.text) for one in entry.readings),
        touches=entry.touches,
        quote=entry.quote,
    )


def _parameter(entry: ParameterEntry) -> Parameter:
    return Parameter(**dict(entry))


def _by_code(parameters: Iterable[Parameter]) -> dict[str, tuple[Parameter, ...]]:
    dated: dict[str, tuple[Parameter, ...]] = {}
    for parameter in parameters:
        dated[parameter.code] = (*dated.get(parameter.code, ()), parameter)
    return dated


def _read_rules(folder: Path, switches: Mapping[str, Switch]) -> dict[str, RuleText]:
    entries = _read(folder / "rules.yaml", dict[str, RuleEntry])
    return {
        code: RuleText(
            code=code,
            clause=entry.clause,
            title=entry.title,
            conditions={
                name: _condition(name, entry.clause, words, switches)
                for name, words in _conditions_of(entries, code).items()
            },
        )
        for code, entry in entries.items()
    }


def _conditions_of(entries: Mapping[str, RuleEntry], code: str) -> dict[str, ConditionEntry]:
    """A rule's conditions on top of those of the rule it extends."""
    entry = entries[code]
    below = _conditions_of(entries, entry.extends) if entry.extends is not None else {}
    kept = {name: words for name, words in below.items() if name not in entry.without}
    return {**kept, **entry.conditions}


_SAYINGS = ("holds", "fails", "unknown", "waits", "wrong")


def _condition(
    name: str, clause: str, entry: ConditionEntry, switches: Mapping[str, Switch]
) -> Condition:
    words = {saying: getattr(entry, saying) for saying in _SAYINGS}
    return Condition(
        code=name,
        clause=clause,
        quote=entry.quote,
        texts={saying: text for saying, text in words.items() if text is not None},
        asks=entry.asks,
        act=entry.act,
        switch=switches[entry.switch] if entry.switch is not None else None,
    )


def _read_unknown_amounts(folder: Path) -> Condition:
    rules = _read(folder / "rules.yaml", UncountedRules)
    texts = {"unknown": rules.amounts_not_in_text.unknown}
    return Condition("amounts_not_in_text", rules.clause, rules.quote, texts)


def _question(code: str, entry: QuestionEntry) -> Question:
    return Question(code, entry.type, entry.text, entry.help, entry.choices)


def _scheme(code: str, entry: SchemeEntry, switches: Mapping[str, Switch]) -> AwardScheme:
    return AwardScheme(
        code=code,
        label=entry.label,
        treatment=entry.treatment,
        levels=tuple(
            KnownLevels(one.from_day, one.to_day, tuple(one.known), one.source, one.confidence)
            for one in entry.levels
        ),
        switch=switches[entry.switch] if entry.switch is not None else None,
        priced_as=entry.priced_as,
    )


def read_cases(folder: Path) -> list[dict[str, Any]]:
    """The cases of one pack."""
    return case_entries(_load(folder / "cases.yaml"))
