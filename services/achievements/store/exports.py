"""Rows on their way out: read in one snapshot, a few hundred at a time."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from kit.clock import now
from services.achievements.rules.amendments import put_in_force
from services.achievements.rules.exports import ExportFilter, ExportKind
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import Viewer
from services.achievements.store.appointments import open_to as appointments_open_to
from services.achievements.store.bids import may_read
from services.achievements.store.brokers import select_brokers
from services.achievements.store.listings import open_to as listings_open_to
from services.achievements.store.matchmaking_events import open_to
from services.achievements.store.visibility import columns_for, visible_to
from services.achievements.tables import RECORD_TABLES, Base

_BIDS = Base.metadata.tables["bids"]
_EVENTS = Base.metadata.tables["matchmaking_events"]
_LISTINGS = Base.metadata.tables["listings"]
_AGENCIES = Base.metadata.tables["service_agencies"]
_APPOINTMENTS = Base.metadata.tables["appointments"]
_ORGANIZATIONS = Base.metadata.tables["organizations"]
_OWNERS = {ExportKind.NOMINATIONS: "owner_uscc", ExportKind.CARE_PLANS: "uscc"}
"""Kinds that only their owner and the bureau see, by the column that names the owner."""
_BATCH = 500


def stream_rows(
    session: Session, kind: ExportKind, viewer: Viewer, wanted: ExportFilter
) -> Iterator[Mapping[str, object]]:
    """All rows of a kind that this viewer may see, oldest first, in constant memory."""
    query = _query(kind, viewer, wanted)
    found = session.execute(query.execution_options(yield_per=_BATCH))
    for row in found.mappings():
        yield put_in_force(row) if kind is ExportKind.CONTRACTS else dict(row)


def _query(kind: ExportKind, viewer: Viewer, wanted: ExportFilter) -> Select[tuple[object, ...]]:
    if kind is ExportKind.ORGANIZATIONS:
        return _of(_ORGANIZATIONS, "uscc", wanted)
    if kind is ExportKind.SERVICE_AGENCIES:
        return _of(_AGENCIES, "uscc", wanted)
    if kind is ExportKind.BROKERS:
        # People are shown to whoever has a token, as in their list.
        return select_brokers(wanted.organization)
    if kind is ExportKind.APPOINTMENTS:
        return _of(_APPOINTMENTS, "principal_uscc", wanted).where(appointments_open_to(viewer))
    if kind in _OWNERS:
        table, owned_by = Base.metadata.tables[kind.value], _OWNERS[kind]
        query = _of(table, owned_by, wanted)
        return query if viewer.sees_all else query.where(table.c[owned_by] == viewer.uscc)
    if kind is ExportKind.MATCHMAKING_EVENTS:
        # Minutes are for those who took part: they are read one by one.
        query = _of(_EVENTS, "owner_uscc", wanted).where(open_to(viewer))
        return query.with_only_columns(*[c for c in _EVENTS.c if c.key != "minutes"])
    if kind is ExportKind.BIDS:
        return _of(_BIDS, "lead_uscc", wanted).where(may_read(viewer, now()))
    if kind is ExportKind.LISTINGS:
        # The reserve price leaves nobody's house in a file.
        told = [column for column in _LISTINGS.c if column.key != "reserve_price_yuan"]
        query = _of(_LISTINGS, "owner_uscc", wanted).with_only_columns(*told)
        return query.where(listings_open_to(viewer))
    table = RECORD_TABLES[Kind(kind.value)]
    owner = _ORGANIZATIONS.c
    joined = table.outerjoin(_ORGANIZATIONS, owner.uscc == table.c.owner_uscc)
    conditions = [visible_to(table, viewer)]
    if wanted.organization is not None:
        conditions.append(table.c.owner_uscc == wanted.organization)
    if wanted.year is not None and "year" in table.c:
        conditions.append(table.c.year == wanted.year)
    columns = [*columns_for(table, viewer), owner.name.label("owner_name")]
    shown = select(*columns)
    return shown.select_from(joined).where(*conditions).order_by(table.c.id)


def _of(table: Table, owner: str, wanted: ExportFilter) -> Select[tuple[object, ...]]:
    key = table.c.uscc if "id" not in table.c else table.c.id
    query: Select[tuple[object, ...]] = select(table).order_by(key)
    if wanted.organization is not None:
        query = query.where(table.c[owner] == wanted.organization)
    return query
