"""The gateway's data: stock plans, terms, reason codes, from YAML beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gateway.rules.clocks import Terms
from gateway.rules.plans import DraftGroups, Plan, StepDraft, make_plan
from gateway.rules.stages import Stage
from kit.auth import Principal, Role
from kit.text import Text
from kit.workdays import get_calendar as get_calendar
from kit.yamls import read_yaml

_HERE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """One published reason. No stages: it may be given at any."""

    code: str
    title: Text
    stages: tuple[Stage, ...] = ()


@cache
def list_stock_plans() -> tuple[Plan, ...]:
    """The stock plans, in the order of the file."""
    return tuple(_read_plan(entry) for entry in _load("plans.yaml")["plans"])


def find_stock_plan(plan_id: str) -> Plan | None:
    """A stock plan by its id or an alias."""
    return _plans_by_name().get(plan_id)


@cache
def list_terms() -> Mapping[Stage, int]:
    """Working days within which each stage decides."""
    clocks = _load("plans.yaml")["clocks"]
    return {Stage(stage): int(clock["decide_within"]) for stage, clock in clocks.items()}


@cache
def get_terms() -> Terms:
    """Working days within which each stage takes on and decides."""
    clocks = {Stage(stage): clock for stage, clock in _load("plans.yaml")["clocks"].items()}
    return Terms(
        decide=list_terms(),
        accept={
            stage: int(clock["accept_within"])
            for stage, clock in clocks.items()
            if "accept_within" in clock
        },
    )


@cache
def list_reject_reasons() -> tuple[ReasonCode, ...]:
    """Why a stage may be refused."""
    return tuple(_read_reason(entry) for entry in _load("reason_codes.yaml")["reject"])


@cache
def list_close_reasons() -> tuple[ReasonCode, ...]:
    """Why a case may be closed."""
    return tuple(_read_reason(entry) for entry in _load("reason_codes.yaml")["close"])


@cache
def _plans_by_name() -> Mapping[str, Plan]:
    entries = _load("plans.yaml")["plans"]
    return {
        name: plan
        for entry, plan in zip(entries, list_stock_plans(), strict=True)
        for name in (plan.id, *entry.get("aliases", ()))
    }


def _load(name: str) -> dict[str, Any]:
    with (_HERE / name).open(encoding="utf-8") as file:
        data: dict[str, Any] = read_yaml(file.read())
    return data


def _read_plan(entry: dict[str, Any]) -> Plan:
    return make_plan(entry["id"], Text(entry["zh"], entry["en"]), read_groups(entry["stages"]))


def read_groups(stages: list[Any]) -> DraftGroups:
    """Stages as written: a word, a mapping, or a list of words that stand beside each other."""
    return [
        [StepDraft(word) for word in entry]
        if isinstance(entry, list)
        else [StepDraft(**entry) if isinstance(entry, dict) else StepDraft(entry)]
        for entry in stages
    ]


def _read_reason(entry: dict[str, Any]) -> ReasonCode:
    stages = tuple(Stage(word) for word in entry.get("stages", ()))
    return ReasonCode(entry["code"], Text(entry["zh"], entry["en"]), stages)


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """A demo client and the stages its organisation holds."""

    principal: Principal
    stages: tuple[Stage, ...]


@cache
def list_demo_entries() -> tuple[DemoEntry, ...]:
    """The clients of the demo mode."""
    return tuple(
        DemoEntry(
            Principal(
                client_id=entry["client_id"],
                role=Role(entry["role"]),
                uscc=entry["uscc"],
                org_name=entry["name"],
                org_kind=entry["kind"],
            ),
            tuple(Stage(word) for word in entry.get("stages", ())),
        )
        for entry in _load("demo_clients.yaml")["clients"]
    )
