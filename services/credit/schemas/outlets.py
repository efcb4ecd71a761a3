"""Packages for the platforms above, their receipts, and the simulators, on the wire."""

from datetime import datetime
from typing import Any

from pydantic import Field, StrictBool

from kit.days import Day, Instant
from kit.pages import Page
from kit.schemas import AnswerModel, WireModel
from services.credit.rules.outlets import Outlet, PackageState, RowAct
from services.credit.tables import FactRecord, OutletPackage, SimulatorRow


class PackageRow(WireModel):
    """One row: a fact that is put, or one that is withdrawn (then without its content)."""

    act: RowAct
    fact_id: str = Field(max_length=36)
    uscc: str = Field(max_length=18)
    item: str = Field(max_length=50)
    value: str | int | StrictBool | None = None
    source: str | None = None
    observed_on: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class Package(WireModel):
    """上报包: our own contract; no public interface text of the platforms exists."""

    package_id: str = Field(max_length=36)
    outlet: str
    catalogue: dict[str, str]
    made_at: Instant
    rows: list[PackageRow] = Field(max_length=10_000)


class RefusedRow(AnswerModel):
    """A row that was not taken, and why."""

    fact_id: str
    reason: str


class ReceiptAnswer(AnswerModel):
    """回执. The same package gets the same receipt, however often it arrives."""

    receipt_number: str
    package_id: str
    accepted: int
    refused: list[RefusedRow]
    simulated: bool


class OutletAnswer(AnswerModel):
    """上级平台: one way out, whether it is at work, and what may go there."""

    code: str
    label: str
    label_en: str
    at_work: bool
    simulated: bool = Field(description="true: a simulator answers; there is no live connection")
    items: list[str]


class PackageAnswer(AnswerModel):
    """A package and its receipt."""

    id: str
    outlet: str
    state: PackageState
    rows: int
    body_hash: str
    made_at: datetime
    attempts: int
    sent_at: datetime | None
    receipt_number: str | None
    accepted: int | None
    refused: int | None
    last_error: str | None


class SimulatedRow(AnswerModel):
    """What a SIMULATOR holds."""

    fact_id: str
    item: str
    package_id: str
    received_at: datetime


class SimulatedAnswer(Page[SimulatedRow]):
    """What the simulator of a platform holds of an enterprise."""

    simulated: bool


def describe_outlet(
    outlet: Outlet, items: list[str], *, at_work: bool, simulated: bool
) -> OutletAnswer:
    """An outlet as it is answered."""
    return OutletAnswer(
        code=outlet.code,
        label=outlet.name.zh,
        label_en=outlet.name.en,
        at_work=at_work,
        simulated=simulated,
        items=items,
    )


def describe_package(package: OutletPackage) -> PackageAnswer:
    """A package as it is answered."""
    return PackageAnswer(
        id=package.id,
        outlet=package.outlet,
        state=PackageState(package.state),
        rows=package.rows,
        body_hash=package.body_hash,
        made_at=package.made_at,
        attempts=package.attempts,
        sent_at=package.sent_at,
        receipt_number=package.receipt_number,
        accepted=package.accepted,
        refused=package.refused,
        last_error=package.last_error,
    )


def write_row(fact: FactRecord, act: RowAct) -> PackageRow:
    """A fact as a row; a withdrawal tells no content."""
    if act is RowAct.WITHDRAW:
        return PackageRow(act=act, fact_id=fact.id, uscc=fact.uscc, item=fact.item)
    value: Any = fact.value
    return PackageRow(
        act=act,
        fact_id=fact.id,
        uscc=fact.uscc,
        item=fact.item,
        value=value,
        source=fact.source,
        observed_on=fact.observed_on,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
    )


def describe_simulated(rows: list[SimulatorRow]) -> SimulatedAnswer:
    """What a simulator holds, as it is answered."""
    return SimulatedAnswer(
        simulated=True,
        items=[
            SimulatedRow(
                fact_id=row.fact_id,
                item=row.item,
                package_id=row.package_id,
                received_at=row.received_at,
            )
            for row in rows
        ],
    )
