"""查询日志: every look and every refusal, shown to the enterprise, verified as a chain."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from kit.auth import Principal
from kit.clock import now
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden
from kit.jobs import Work
from kit.logs import log
from kit.pages import Page, PageQuery, encode_cursor, read_place
from kit.text import Text
from services.credit.rules.anchors import Anchored, find_moved, read_lines
from services.credit.rules.arrangements import arrangements_of
from services.credit.rules.chain import Break, Head, find_break
from services.credit.rules.consents import REFUSAL_TEXTS, RefusalReason
from services.credit.schemas.access_log import (
    AccessEntryAnswer,
    VerificationAnswer,
    describe_anchors,
    describe_break,
    describe_entry,
)
from services.credit.store.access_log import (
    Look,
    append_look,
    hold_snapshot,
    list_chains,
    list_looks,
)
from services.credit.store.anchors import (
    add_anchor,
    find_anchor_file,
    read_anchor_lines,
    read_anchors,
)
from services.credit.store.subjects import list_heads
from services.credit.tables import Subject
from services.credit.usecases.board import board


def refuse_look(
    session: WriteSession, subject: Subject, at: datetime, look: Look, reason: RefusalReason
) -> NoReturn:
    """403 `consent_required` with its own reason; the log line stays although it is an error."""
    append_look(session, subject, at, replace(look, outcome="refused", reason=reason.value))
    raise refusal_of(reason)


def refusal_of(reason: RefusalReason) -> Forbidden:
    """The answer to a look that is refused; what was written of it stays."""
    return Forbidden("consent_required", REFUSAL_TEXTS[reason], keep=True, reason=reason.value)


def show_access_log(
    session: ReadSession, caller: Principal, uscc: str, query: PageQuery
) -> Page[AccessEntryAnswer]:
    """Who looked, newest first: for the enterprise itself, the bureau and the auditor."""
    require_own_enterprise(caller, uscc)
    found = list_looks(session, uscc, read_place(query.cursor), query.limit + 1)
    shown = found[: query.limit]
    return Page(
        items=[describe_entry(entry) for entry in shown],
        next_cursor=encode_cursor(shown[-1].seq) if len(found) > query.limit else None,
    )


def require_own_enterprise(caller: Principal, uscc: str) -> None:
    """An enterprise sees its own; the bureau and the auditor see all; nobody else."""
    if not caller.sees_all and caller.uscc != uscc:
        raise Forbidden(
            "not_your_enterprise",
            Text("只能查看本企业的信息", "you can only see your own enterprise"),
        )


def verify_access_log(session: ReadSession, copy: Path | None = None) -> VerificationAnswer:
    """Walk every chain against its head, its stamps and the anchors; note the heads if all holds.

    `copy`: an auditor's own file of anchors, to be followed instead of this machine's.
    """
    arrangements = arrangements_of(session.info)
    # The anchors first: what is noted meanwhile is in no older snapshot.
    anchored = (
        read_anchors(arrangements.anchors_dir)
        if copy is None
        else read_lines(read_anchor_lines(copy))
    )
    hold_snapshot(session)
    heads = {uscc: Head(*head) for uscc, head in list_heads(session).items()}
    entries, breaks = _walk(session, heads, anchored, arrangements.log_key)
    found = sorted(breaks, key=_order)
    if not found and anchored.broken_at is None and copy is None:
        anchored = add_anchor(arrangements.anchors_dir, now().isoformat(), heads)
    return VerificationAnswer(
        entries=entries,
        ok=not found and anchored.broken_at is None,
        first_broken=describe_break(found[0]) if found else None,
        anchors=describe_anchors(anchored),
    )


@board.task("access-log.anchor", cron="*/5 * * * *")
def anchor_access_log(work: Work) -> None:
    """锚定: note the heads that moved, where their chains go on from what was noted before."""
    arrangements = arrangements_of(work.database.info)
    anchored = read_anchors(arrangements.anchors_dir)
    with work.database.read() as session:
        hold_snapshot(session)
        heads = {uscc: Head(*head) for uscc, head in list_heads(session).items()}
        moved = dict(find_moved(heads, anchored.heads))
        _, breaks = _walk(session, moved, anchored, arrangements.log_key, moved)
    for broken in breaks:
        log.error("the access log is broken", uscc=broken.uscc, seq=broken.seq, why=broken.why)
    good = {uscc: head for uscc, head in moved.items() if uscc not in {b.uscc for b in breaks}}
    add_anchor(arrangements.anchors_dir, now().isoformat(), good)


def show_anchors(session: ReadSession) -> list[str]:
    """The lines of this machine's anchors, for whoever keeps a copy elsewhere."""
    arrangements = arrangements_of(session.info)
    return read_anchor_lines(find_anchor_file(arrangements.anchors_dir))


def _walk(
    session: ReadSession,
    heads: Mapping[str, Head],
    anchored: Anchored,
    key: bytes,
    usccs: Collection[str] | None = None,
) -> tuple[int, list[Break]]:
    """All chains, or those of some enterprises: how many entries, and what does not hold."""
    entries, breaks, seen = 0, [], set[str]()
    for uscc, chain in list_chains(session, usccs):
        sealed = list(chain)
        entries += len(sealed)
        seen.add(uscc)
        breaks.append(find_break(uscc, sealed, heads.get(uscc), anchored.heads.get(uscc), key))
    gone = (set(heads) | set(anchored.heads if usccs is None else ())) - seen
    breaks += [find_break(uscc, (), heads.get(uscc), anchored.heads.get(uscc)) for uscc in gone]
    return entries, [each for each in breaks if each is not None]


def _order(broken: Break) -> tuple[str, str, int]:
    """Entry ids sort by time; an entry that is gone has none and comes last."""
    return (broken.entry_id or "~", broken.uscc, broken.seq)
