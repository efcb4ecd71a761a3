"""Outlets from their file; packages, what stands where, and the simulators' rows."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from kit.db import ReadSession, WriteSession
from kit.errors import no_such
from kit.text import Text
from kit.yamls import read_yaml
from services.credit.rules.catalogue import Catalogue, Disclosure, Nature, Polarity
from services.credit.rules.outlets import Check, Outlet, Progress, list_items
from services.credit.rules.standing import Standing
from services.credit.tables import FactRecord, OutletCheck, OutletFact, OutletPackage, SimulatorRow


@cache
def list_outlets() -> tuple[Outlet, ...]:
    """All ways out (`outlets.yaml`)."""
    raw = read_yaml(files("services.credit").joinpath("outlets.yaml").read_text(encoding="utf-8"))
    return tuple(_read_outlet(each) for each in raw["outlets"])


def get_outlet(code: str) -> Outlet:
    """An outlet by its code."""
    found = next((each for each in list_outlets() if each.code == code), None)
    if found is None:
        raise no_such("上级平台", "outlet", code)
    return found


def _read_outlet(raw: dict[str, Any]) -> Outlet:
    categories = raw.get("categories")
    return Outlet(
        code=raw["code"],
        name=Text(raw["zh"], raw["en"]),
        disclosures=frozenset(Disclosure(each) for each in raw["disclosures"]),
        categories=None if categories is None else frozenset(categories),
        verified=raw["verified"],
    )


def lock_check(session: WriteSession, code: str) -> Progress | None:
    """How far an outlet was looked through; one package of an outlet is made at a time."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
    session.execute(lock, {"name": f"outlet:{code}"})
    found = session.get(OutletCheck, code, populate_existing=True)
    if found is None:
        return None
    return Progress(found.began_at, found.place, found.whole_on, found.catalogue)


def keep_check(session: WriteSession, code: str, progress: Progress) -> None:
    """Note how far an outlet was looked through."""
    values = {name: getattr(progress, name) for name in Progress.__slots__}
    kept = upsert(OutletCheck).values(outlet=code, **values)
    session.execute(kept.on_conflict_do_update(index_elements=["outlet"], set_=values))


def _may_stand(outlet: Outlet, catalogue: Catalogue, today: date) -> ColumnElement[bool]:
    return and_(
        FactRecord.item.in_(list_items(outlet, catalogue)),
        FactRecord.recorded_to.is_(None),
        FactRecord.standing == Standing.STANDS.value,
        FactRecord.withheld_from.is_(None),
        or_(FactRecord.gone_on.is_(None), FactRecord.gone_on > today),
        *(~each for each in _past_showing(catalogue, today)),
    )


def _past_showing(catalogue: Catalogue, today: date) -> list[ColumnElement[bool]]:
    """`rules.facts.end_showing` in SQL: what is over by the calendar alone, per term of years."""
    negative = [i for i in catalogue.items.values() if i.polarity is Polarity.NEGATIVE]
    terms = catalogue.terms.negative_years
    over = []
    for years in sorted({min(terms, item.shown_years or terms) for item in negative}):
        bound = [i for i in negative if min(terms, i.shown_years or terms) == years]
        events = [item.code for item in bound if item.nature is not Nature.STATE]
        ended = func.coalesce(
            FactRecord.conduct_ended_on,
            FactRecord.valid_to,
            case((FactRecord.item.in_(events), FactRecord.valid_from)),
        )
        gone = func.coalesce(ended + func.make_interval(years) <= today, False)
        over.append(and_(FactRecord.item.in_([item.code for item in bound]), gone))
    return over


def list_to_put(
    session: WriteSession, outlet: Outlet, catalogue: Catalogue, check: Check, limit: int
) -> list[FactRecord]:
    """Facts that may stand at an outlet and do not yet."""
    sent = exists().where(
        OutletFact.outlet == outlet.code,
        OutletFact.fact_id == FactRecord.id,
    )
    wanted = select(FactRecord).where(_may_stand(outlet, catalogue, check.today), ~sent)
    if check.progress.place is not None:
        wanted = wanted.where(FactRecord.id > check.progress.place)
    else:
        wanted = wanted.where(FactRecord.recorded_from > check.since)
    return list(session.scalars(wanted.order_by(FactRecord.id).limit(limit)))


def list_to_withdraw(
    session: WriteSession, outlet: Outlet, catalogue: Catalogue, check: Check, limit: int
) -> list[FactRecord]:
    """Facts that stand at an outlet and may not any more."""
    wanted = (
        select(FactRecord)
        .join(OutletFact, OutletFact.fact_id == FactRecord.id)
        .where(
            OutletFact.outlet == outlet.code,
            OutletFact.withdrawn_by.is_(None),
            ~_may_stand(outlet, catalogue, check.today),
        )
    )
    if not check.is_at_the_beginning:
        wanted = wanted.where(FactRecord.recorded_to > check.since)
    return list(session.scalars(wanted.order_by(FactRecord.id).limit(limit)))


def add_package(
    session: WriteSession, package: OutletPackage, put: Sequence[str], withdrawn: Sequence[str]
) -> None:
    """Keep a package, and note what it puts and withdraws."""
    session.add(package)
    session.flush()
    if put:
        rows = [
            {"outlet": package.outlet, "fact_id": each, "package_id": package.id} for each in put
        ]
        session.execute(insert(OutletFact), rows)
    if withdrawn:
        session.execute(
            update(OutletFact)
            .where(OutletFact.outlet == package.outlet, OutletFact.fact_id.in_(withdrawn))
            .values(withdrawn_by=package.id)
        )


def get_package(session: ReadSession | WriteSession, package_id: str) -> OutletPackage:
    """A package by its id."""
    package = session.get(OutletPackage, package_id)
    if package is None:
        raise no_such("上报包", "package", package_id)
    return package


def list_packages(
    session: ReadSession, outlet: str, after: str | None, limit: int
) -> list[OutletPackage]:
    """Newest first."""
    wanted = select(OutletPackage).where(OutletPackage.outlet == outlet)
    if after is not None:
        wanted = wanted.where(OutletPackage.id < after)
    return list(session.scalars(wanted.order_by(OutletPackage.id.desc()).limit(limit)))


def note_refused(session: WriteSession, outlet: str, fact_id: str, reason: str) -> None:
    """The platform did not take a fact; it says why."""
    session.execute(
        update(OutletFact)
        .where(OutletFact.outlet == outlet, OutletFact.fact_id == fact_id)
        .values(refused=reason[:200])
    )


def put_simulated(session: WriteSession, rows: list[dict[str, object]]) -> None:
    """What a simulator takes in; a row that it has already stays as it is."""
    if rows:
        session.execute(upsert(SimulatorRow).values(rows).on_conflict_do_nothing())


def withdraw_simulated(session: WriteSession, outlet: str, fact_ids: Sequence[str]) -> None:
    """What a simulator gives up."""
    session.execute(
        delete(SimulatorRow).where(
            SimulatorRow.outlet == outlet, SimulatorRow.fact_id.in_(fact_ids)
        )
    )


def list_simulated(session: ReadSession, outlet: str, uscc: str) -> list[SimulatorRow]:
    """What a simulator holds of an enterprise."""
    wanted = select(SimulatorRow).where(SimulatorRow.outlet == outlet, SimulatorRow.uscc == uscc)
    return list(session.scalars(wanted.order_by(SimulatorRow.fact_id)))
