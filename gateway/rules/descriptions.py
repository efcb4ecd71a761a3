"""One description of the whole API (OpenAPI 3.1) out of the parts that the houses give."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.rules.addresses import find_owner

Description = Mapping[str, Any]
_PREFIX = "#/components/schemas/"


def merge_descriptions(own: Description, parts: Mapping[str, Description]) -> dict[str, Any]:
    """The gateway's description with the paths and schemas of the services added.

    Two schemas of one name are one if they say the same; else the later is named after its house.
    """
    merged = {**own, "paths": dict(own["paths"])}
    schemas = dict(own.get("components", {}).get("schemas", {}))
    for house, part in parts.items():
        renamed = _name_clashes(house, schemas, _schemas_of(part))
        told = _rename(part, renamed)
        schemas |= {renamed.get(name, name): one for name, one in _schemas_of(told).items()}
        merged["paths"] |= {
            path: item for path, item in told["paths"].items() if find_owner(path) == house
        }
    merged["components"] = {
        **own.get("components", {}),
        "schemas": _keep_used(merged["paths"], schemas),
    }
    merged["x-problem-types"] = merge_problem_types(own, parts)
    return merged


def merge_problem_types(
    own: Description, parts: Mapping[str, Description]
) -> dict[str, dict[str, str]]:
    """The titles of all problems anyone may answer."""
    told = (part.get("x-problem-types", {}) for part in (*parts.values(), own))
    merged: dict[str, dict[str, str]] = {}
    for titles in told:
        merged |= titles
    return dict(sorted(merged.items()))


def _keep_used(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Only what some path leads to: the words of internal routes stay inside."""
    used: set[str] = set()
    waiting = list(_references(paths))
    while waiting:
        name = waiting.pop()
        if name in schemas and name not in used:
            used.add(name)
            waiting.extend(_references(schemas[name]))
    return {name: schemas[name] for name in sorted(used)}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, str) and value.startswith(_PREFIX):
        yield value.removeprefix(_PREFIX)


def _schemas_of(part: Description) -> Mapping[str, Any]:
    schemas: Mapping[str, Any] = part.get("components", {}).get("schemas", {})
    return schemas


def _name_clashes(house: str, known: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """New names for what clashes, and for what leans on something that clashes."""
    renamed = {
        name: f"{house.capitalize()}{name}"
        for name, schema in new.items()
        if name in known and known[name] != schema
    }
    while True:
        leaning = {
            name: f"{house.capitalize()}{name}"
            for name, schema in new.items()
            if name in known and name not in renamed and _leans_on(schema, renamed)
        }
        if not leaning:
            return renamed
        renamed |= leaning


def _leans_on(value: Any, names: Mapping[str, str]) -> bool:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.removeprefix(_PREFIX) in names:
            return True
        return any(_leans_on(one, names) for one in value.values())
    return isinstance(value, list) and any(_leans_on(one, names) for one in value)


def _rename(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: _rename_reference(one, renamed)
            if key == "$ref" and isinstance(one, str)
            else _rename(one, renamed)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_rename(one, renamed) for one in value]
    if isinstance(value, str) and value.startswith(_PREFIX):
        return _rename_reference(value, renamed)  # a discriminator's mapping
    return value


def _rename_reference(reference: str, renamed: Mapping[str, str]) -> str:
    name = reference.removeprefix(_PREFIX)
    return f"{_PREFIX}{renamed.get(name, name)}" if reference.startswith(_PREFIX) else reference
