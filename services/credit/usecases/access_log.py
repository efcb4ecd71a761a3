"""查询日志: every look and every refusal, shown to the enterprise, verified as a chain."""

from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from kit.errors import Forbidden
from kit.pages import Page, PageQuery, encode_cursor
from kit.text import Text
from services.credit.rules.chain import Break, Head, find_break
from services.credit.rules.consents import REFUSAL_TEXTS, RefusalReason
from services.credit.schemas.access_log import (
    AccessEntryAnswer,
    VerificationAnswer,
    describe_break,
    describe_entry,
)
from services.credit.schemas.cursors import read_place
from services.credit.store.access_log import (
    Look,
    append_look,
    hold_snapshot,
    list_chains,
    list_looks,
)
from services.credit.store.subjects import list_heads
from services.credit.tables import Subject


def refuse_look(
    session: WriteSession, subject: Subject, at: datetime, look: Look, reason: RefusalReason
) -> NoReturn:
    """403 `consent_required` with its own reason; the log line stays although it is an error."""
    append_look(session, subject, at, replace(look, outcome="refused", reason=reason.value))
    raise Forbidden("consent_required", REFUSAL_TEXTS[reason], keep=True, reason=reason.value)


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


def verify_access_log(session: ReadSession) -> VerificationAnswer:
    """Walk every chain against its head; name the first entry that does not hold."""
    hold_snapshot(session)
    heads = {uscc: Head(*head) for uscc, head in list_heads(session).items()}
    entries, breaks = 0, []
    for uscc, chain in list_chains(session):
        sealed = list(chain)
        entries += len(sealed)
        breaks.append(find_break(uscc, sealed, heads.pop(uscc, None)))
    breaks += [find_break(uscc, (), head) for uscc, head in heads.items()]
    found = sorted((each for each in breaks if each is not None), key=_order)
    first = describe_break(found[0]) if found else None
    return VerificationAnswer(entries=entries, ok=not found, first_broken=first)


def _order(broken: Break) -> tuple[str, str, int]:
    """Entry ids sort by time; an entry that is gone has none and comes last."""
    return (broken.entry_id or "~", broken.uscc, broken.seq)
