"""报送: packages for the platforms above, their receipts, and our simulators of them.

timer or officer → `make_package` (rows and what they change, kept in one transaction) → job
`outlets.send` → receipt. What no longer may be shown is withdrawn by the next package: the
timer runs every minute, the law gives three working days (山东省社会信用条例 art. 40).
"""

import asyncio
import hashlib

from kit.auth import Principal
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, no_such
from kit.jobs import Work
from kit.pages import Page, PageQuery, encode_cursor, read_key
from kit.text import Text
from services.credit.clients.outlets import send_package
from services.credit.rules.arrangements import Arrangements, arrangements_of
from services.credit.rules.outlets import (
    MOST_ROWS,
    Outlet,
    PackageState,
    Receipt,
    RowAct,
    go_on,
    is_at_work,
    list_items,
    next_check,
)
from services.credit.schemas.outlets import (
    OutletAnswer,
    Package,
    PackageAnswer,
    ReceiptAnswer,
    RefusedRow,
    SimulatedAnswer,
    describe_outlet,
    describe_package,
    describe_simulated,
    write_row,
)
from services.credit.store.catalogue import get_catalogue
from services.credit.store.outlets import (
    add_package,
    get_outlet,
    get_package,
    keep_check,
    list_outlets,
    list_packages,
    list_simulated,
    list_to_put,
    list_to_withdraw,
    lock_check,
    note_refused,
    put_simulated,
    withdraw_simulated,
)
from services.credit.tables import OutletPackage
from services.credit.usecases.board import board

_MOST_PACKAGES = 20  # of one outlet in one minute


def show_outlets(session: ReadSession) -> Page[OutletAnswer]:
    """Every way out, and what the catalogue lets through it."""
    arrangements, catalogue = arrangements_of(session.info), get_catalogue()
    ways = [
        describe_outlet(
            outlet,
            list_items(outlet, catalogue),
            at_work=_works(outlet, arrangements),
            simulated=outlet.code not in arrangements.outlets,
        )
        for outlet in list_outlets()
    ]
    return Page(items=ways)


def request_package(session: WriteSession, caller: Principal, code: str) -> PackageAnswer:
    """报送 by hand, at once instead of at the next minute."""
    outlet = get_outlet(code)
    if not _works(outlet, arrangements_of(session.info)):
        raise RuleBroken(
            "outlet_not_at_work",
            Text("该平台未配置地址", "no address of this platform is configured"),
        )
    package = make_package(session, outlet, caller.client_id)
    if package is None:
        raise RuleBroken("nothing_to_send", Text("没有需要报送的内容", "there is nothing to send"))
    return describe_package(package)


def make_package(session: WriteSession, outlet: Outlet, made_by: str) -> OutletPackage | None:
    """What may stand there and does not, and what stands there and may not any more."""
    catalogue = get_catalogue()
    known = lock_check(session, outlet.code)
    check = next_check(known, f"{catalogue.id} {catalogue.version}", now(), today())
    gone = list_to_withdraw(session, outlet, catalogue, check, MOST_ROWS)
    new = list_to_put(session, outlet, catalogue, check, MOST_ROWS - len(gone))
    more = len(gone) + len(new) == MOST_ROWS
    keep_check(session, outlet.code, go_on(check, new[-1].id if new else None, more=more))
    if not gone and not new:
        return None
    content = Package(
        package_id=new_id(),
        outlet=outlet.code,
        catalogue={"id": catalogue.id, "version": catalogue.version},
        made_at=now(),
        rows=[
            *(write_row(fact, RowAct.WITHDRAW) for fact in gone),
            *(write_row(fact, RowAct.PUT) for fact in new),
        ],
    )
    body = content.model_dump_json(exclude_none=True).encode()
    package = OutletPackage(
        id=content.package_id,
        outlet=outlet.code,
        made_at=content.made_at,
        made_by=made_by,
        rows=len(content.rows),
        body=body,
        body_hash=f"sha256:{hashlib.sha256(body).hexdigest()}",
        state=PackageState.WAITING.value,
        attempts=0,
    )
    add_package(session, package, [fact.id for fact in new], [fact.id for fact in gone])
    board.defer(session, "outlets.send", package_id=package.id)
    return package


@board.task("outlets.make", cron="* * * * *")
def make_packages(work: Work) -> None:
    """Every minute, for every outlet that is at work, until there is no more to tell."""
    arrangements = arrangements_of(work.database.info)
    for outlet in list_outlets():
        full = _works(outlet, arrangements)
        for _ in range(_MOST_PACKAGES):
            if full:
                with work.database.write() as session:
                    package = make_package(session, outlet, "timer")
                    full = package is not None and package.rows == MOST_ROWS


@board.task("outlets.send")
async def send(work: Work, *, package_id: str) -> None:
    """One try; the job is repeated until there is a receipt."""
    package = await asyncio.to_thread(_begin, work, package_id)
    if package is None:
        return
    arrangements = arrangements_of(work.database.info)
    try:
        answered = await send_package(work, arrangements, package.outlet, package.body)
        receipt = _read_receipt(answered)
    except Exception as error:
        await asyncio.to_thread(_note_error, work, package_id, repr(error)[:300])
        raise
    await asyncio.to_thread(_settle, work, package_id, receipt)


def show_packages(session: ReadSession, outlet: str, query: PageQuery) -> Page[PackageAnswer]:
    """The packages of an outlet with their receipts, newest first."""
    get_outlet(outlet)
    after = read_key(query.cursor)
    found = list_packages(session, outlet, after, query.limit + 1)
    shown = found[: query.limit]
    return Page(
        items=[describe_package(each) for each in shown],
        next_cursor=encode_cursor(shown[-1].id) if len(found) > query.limit else None,
    )


def show_content(session: ReadSession, outlet: str, package_id: str) -> bytes:
    """The very bytes that went out."""
    package = get_package(session, package_id)
    if package.outlet != outlet:
        raise no_such("上报包", "package", package_id)
    return package.body


def take_in_simulated(session: WriteSession, outlet: str, package: Package) -> ReceiptAnswer:
    """The SIMULATOR of a platform (demo mode only): checks, keeps, gives a receipt."""
    if not arrangements_of(session.info).simulate:
        raise no_such("模拟器", "simulator", outlet)
    catalogue = get_catalogue()
    items = set(list_items(get_outlet(outlet), catalogue))
    refused = [
        RefusedRow(fact_id=row.fact_id, reason="item_not_in_catalogue")
        for row in package.rows
        if row.act is RowAct.PUT and row.item not in items
    ]
    bad = {each.fact_id for each in refused}
    put = [row for row in package.rows if row.act is RowAct.PUT and row.fact_id not in bad]
    kept: list[dict[str, object]] = [
        {
            "outlet": outlet,
            "fact_id": row.fact_id,
            "package_id": package.package_id,
            "uscc": row.uscc,
            "item": row.item,
            "content": row.model_dump_json().encode(),
            "received_at": now(),
        }
        for row in put
    ]
    put_simulated(session, kept)
    gone = [row.fact_id for row in package.rows if row.act is RowAct.WITHDRAW]
    withdraw_simulated(session, outlet, gone)
    return ReceiptAnswer(
        receipt_number=f"SIM-{outlet}-{package.package_id}",
        package_id=package.package_id,
        accepted=len(package.rows) - len(refused),
        refused=refused,
        simulated=True,
    )


def show_simulated(session: ReadSession, outlet: str, uscc: str) -> SimulatedAnswer:
    """What the simulator of a platform holds of an enterprise."""
    return describe_simulated(list_simulated(session, get_outlet(outlet).code, uscc))


def _read_receipt(answered: bytes) -> Receipt:
    read = ReceiptAnswer.model_validate_json(answered)
    refused = tuple((each.fact_id, each.reason) for each in read.refused)
    return Receipt(read.receipt_number, read.accepted, refused)


def _works(outlet: Outlet, arrangements: Arrangements) -> bool:
    return is_at_work(outlet, arrangements.outlets, arrangements.simulate)


def _begin(work: Work, package_id: str) -> OutletPackage | None:
    with work.database.write() as session:
        package = get_package(session, package_id)
        package.attempts += 1
        return package if package.state == PackageState.WAITING.value else None


def _note_error(work: Work, package_id: str, error: str) -> None:
    with work.database.write() as session:
        get_package(session, package_id).last_error = error


def _settle(work: Work, package_id: str, receipt: Receipt) -> None:
    with work.database.write() as session:
        package = get_package(session, package_id)
        package.state, package.sent_at = PackageState.RECEIVED.value, now()
        package.receipt_number, package.last_error = receipt.number, None
        package.accepted, package.refused = receipt.accepted, len(receipt.refused)
        for fact_id, reason in receipt.refused:
            note_refused(session, package.outlet, fact_id, reason)
