"""投: the deals a fund may see (its mandates and the firms' consent together), and data rooms."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from anyio.to_thread import run_sync

from gateway.clients.consents import ask_consent_standing
from gateway.rules.cases import Case, CaseState, is_credit_current
from gateway.rules.products import Fit
from gateway.rules.stages import Stage
from gateway.schemas.cases import CreditAnswer
from gateway.schemas.investments import DataRoom, DealAnswer, DealQuery
from gateway.schemas.products import OfferAnswer, describe_offer
from gateway.store.cases import get_case, list_cases
from gateway.store.products import list_products
from gateway.usecases.appraisals import show_reports
from gateway.usecases.products import MANDATES, describe_product, match_row, read_case_facts
from kit.auth import Principal
from kit.clock import today
from kit.db import Database, ReadSession
from kit.directory import Directory
from kit.errors import RuleBroken
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that meets a mandate; the firm has not been asked yet."""

    case: Case
    mandates: tuple[OfferAnswer, ...]


async def show_deals(
    directory: Directory, database: Database, caller: Principal, query: DealQuery
) -> Page[DealAnswer]:
    """Newest first: of so many open cases, those within a mandate and within consent.

    A page may be short: what the firms do not let the fund know leaves no trace in it.
    """
    candidates, cursor = await run_sync(_list_candidates, database, caller, query)
    stands = await asyncio.gather(
        *(ask_consent_standing(directory, one.case.uscc, [caller.uscc]) for one in candidates)
    )
    known = [one for one, holds in zip(candidates, stands, strict=True) if holds]
    return Page(items=[_describe(one, caller) for one in known], next_cursor=cursor)


async def require_consent(
    directory: Directory, database: Database, caller: Principal, case_id: str
) -> None:
    """Refuse unless the enterprise of the case lets this caller know, now."""
    case = await run_sync(_read_case, database, case_id)
    if not await ask_consent_standing(directory, case.uscc, [caller.uscc]):
        raise RuleBroken(
            "consent_required",
            Text("企业没有授权本机构", "the enterprise's consent does not hold for this caller"),
        )


def show_data_room(session: ReadSession, case_id: str) -> DataRoom:
    """资料室: what stands behind the case; asked for consent at each look."""
    case = get_case(session, case_id)
    credit = case.credit if is_credit_current(case, today()) else None
    return DataRoom(
        case_id=case.id,
        number=case.number,
        title=case.title,
        amount_yuan=case.amount_yuan,
        achievement_id=case.achievement_id,
        credit=None
        if credit is None
        else CreditAnswer(
            result_id=credit.result_id,
            score=credit.score,
            grade=credit.grade,
            is_weak=credit.is_weak,
            valid_until=credit.valid_until,
        ),
        reports=show_reports(session, case_id).items,
    )


def _list_candidates(
    database: Database, caller: Principal, query: DealQuery
) -> tuple[Sequence[Candidate], str | None]:
    with database.read() as session:
        cases = list_cases(
            session,
            limit=query.limit + 1,
            before_id=read_key(query.cursor),
            state=CaseState.OPEN,
        )
        shown = cases[: query.limit]
        found = [_match(session, caller, case) for case in shown]
    cursor = encode_cursor(shown[-1].id) if len(cases) > query.limit else None
    return [one for one in found if one.mandates], cursor


def _match(session: ReadSession, caller: Principal, case: Case) -> Candidate:
    """A mandate that lacks a fact may still be met; one that is broken is not."""
    facts = read_case_facts(session, case)
    mandates = list_products(session, MANDATES, uscc=caller.uscc)
    matches = [(row, match_row(row, facts)) for row in mandates]
    met = [(row, match) for row, match in matches if match.fit is not Fit.DOES_NOT_FIT]
    offers = [describe_offer(describe_product(row), match) for row, match in met]
    return Candidate(case, tuple(offers))


def _describe(candidate: Candidate, caller: Principal) -> DealAnswer:
    case = candidate.case
    tracks = case.list_live_tracks(Stage.INVESTMENT)
    return DealAnswer(
        case_id=case.id,
        number=case.number,
        uscc=case.uscc,
        enterprise_name=case.enterprise_name,
        title=case.title,
        amount_yuan=case.amount_yuan,
        achievement_id=case.achievement_id,
        has_track=any(track.holder.uscc == caller.uscc for track in tracks),
        mandates=list(candidate.mandates),
    )


def _read_case(database: Database, case_id: str) -> Case:
    with database.read() as session:
        return get_case(session, case_id)
