"""Products and mandates: entering them, changing them, and what a case may ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import Row

from gateway.clients.achievements import find_readiness
from gateway.rules.appraisals import Appraisal, is_report_valid
from gateway.rules.cases import Case, is_credit_current
from gateway.rules.enhancements import PLEDGE, RISK_POOL, find_ways_given
from gateway.rules.guarantees import COVERING, Guarantee
from gateway.rules.packing import unpack
from gateway.rules.products import (
    Fact,
    Facts,
    Fit,
    MandateRule,
    Match,
    Op,
    Value,
    match_mandate,
)
from gateway.rules.supports import Noun
from gateway.schemas.products import (
    MandateQuery,
    MandateRequest,
    OfferAnswer,
    OfferList,
    ProductAnswer,
    ProductQuery,
    ProductRequest,
    ProductVersionAnswer,
    ProductVersionList,
    describe_offer,
)
from gateway.store.pools import find_exposure
from gateway.store.products import (
    add_product,
    change_product,
    find_product,
    get_product,
    list_products,
    list_versions,
    lock_product,
)
from gateway.store.shelves import list_demo_products
from gateway.store.supports import find_subsidised_loan, list_case_supports
from gateway.usecases.cases import actor_of, find_visible_case
from kit.auth import Principal, Role
from kit.clock import today
from kit.db import Database, ReadSession, WriteSession, new_id
from kit.directory import Directory
from kit.errors import Forbidden, RuleBroken, no_such
from kit.pages import Page, encode_cursor, read_key
from kit.text import Text
from kit.versions import require_match

SHELF = ("insurance", "loan")
MANDATES = ("investment",)
_STAGE_OF_ROLE = {Role.BANK: "loan", Role.INSURER: "insurance", Role.FUND: "investment"}
_ORDER = (Fit.FITS, Fit.NEEDS_INFO, Fit.DOES_NOT_FIT)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case when its products are matched."""

    case: Case
    facts: Facts


def enter_product(
    session: WriteSession, caller: Principal, request: ProductRequest | MandateRequest
) -> ProductAnswer:
    """上架: an institution offers what is its own business."""
    stage, kind = _what(request)
    if _STAGE_OF_ROLE.get(caller.role) != stage:
        raise Forbidden(
            "not_your_product",
            Text(
                f"本机构不能发布「{stage}」类产品",
                f"this organisation offers nothing of the stage {stage}",
            ),
        )
    values = {
        "id": new_id(),
        "stage": stage,
        "kind": kind,
        "uscc": caller.uscc,
        "institution": caller.org_name,
        **_body(request),
    }
    add_product(session, values, asdict(actor_of(caller, caller.uscc)))
    return ProductAnswer(version=1, **values)


def alter_product(
    session: WriteSession,
    caller: Principal,
    product_id: str,
    request: ProductRequest | MandateRequest,
    if_match: str | None,
) -> ProductAnswer:
    """变更: a new version; the old ones stay readable."""
    stage, kind = _what(request)
    found = get_product(session, product_id, (stage,))
    if found.uscc != caller.uscc:
        raise Forbidden(
            "not_your_product",
            Text("只能变更本机构的产品", "only the institution itself changes its product"),
        )
    version = lock_product(session, product_id)
    require_match(if_match, version)
    values = {
        "id": product_id,
        "stage": stage,
        "kind": kind,
        "uscc": found.uscc,
        "institution": found.institution,
        **_body(request),
    }
    actor = asdict(actor_of(caller, caller.uscc))
    change_product(session, values, version + 1, actor, request.reason)
    return ProductAnswer(version=version + 1, **values)


def show_product(session: ReadSession, product_id: str, stages: tuple[str, ...]) -> ProductAnswer:
    """One product or mandate."""
    return describe_product(get_product(session, product_id, stages))


def show_products(
    session: ReadSession, query: ProductQuery | MandateQuery, stages: tuple[str, ...]
) -> Page[ProductAnswer]:
    """The shelf, in the order of entry."""
    rows = list_products(
        session,
        stages,
        limit=query.limit + 1,
        after_id=read_key(query.cursor),
        uscc=query.uscc,
        offered_only=query.offered,
    )
    shown = rows[: query.limit]
    cursor = encode_cursor(shown[-1].id) if len(rows) > query.limit else None
    return Page(items=[describe_product(row) for row in shown], next_cursor=cursor)


def show_versions(
    session: ReadSession, product_id: str, stages: tuple[str, ...]
) -> ProductVersionList:
    """Every version of a product, with who made it and why."""
    get_product(session, product_id, stages)
    return ProductVersionList(
        items=[
            ProductVersionAnswer(
                version=row.version, body=row.body, actor=row.actor, reason=row.reason, at=row.at
            )
            for row in list_versions(session, product_id)
        ]
    )


def add_demo_products(session: WriteSession, principals: Sequence[Principal]) -> None:
    """The shelf of the demo mode; a second time changes nothing."""
    by_id = {one.client_id: one for one in principals}
    for entry in list_demo_products():
        owner = by_id[entry["client_id"]]
        offered = list_products(session, (entry["stage"],), uscc=owner.uscc, offered_only=False)
        if entry["title"] in {row.title for row in offered}:
            continue
        words = ("title", "rules", "terms")
        body = {word: entry[word] for word in words}
        shelf = {word: entry[word] for word in ("stage", "kind")}
        asked = entry["stage"] in SHELF
        request = ProductRequest(**shelf, **body) if asked else MandateRequest(**body)
        enter_product(session, owner, request)


async def find_facts(
    directory: Directory, database: Database, caller: Principal, case_id: str
) -> CaseFacts:
    """All that is known of a case for matching; what nobody knows is None."""
    known = await run_sync(_read_facts, database, caller, case_id)
    achieved = known.case.achievement_id
    if achieved is None:
        return known
    trl, ways = await find_readiness(directory, achieved)
    outside: Mapping[Fact, Value | None] = {
        Fact.TRL: known.facts.get(Fact.TRL) or (None if trl is None else Decimal(trl)),
        Fact.TRANSFER_WAYS: ways,
    }
    return CaseFacts(known.case, dict(known.facts) | dict(outside))


def show_offers(session: ReadSession, known: CaseFacts) -> OfferList:
    """可以申请什么: every product of the shelf and every mandate, rule by rule."""
    offers: list[OfferAnswer] = [
        describe_offer(describe_product(row), match_row(row, known.facts))
        for row in list_products(session, (*SHELF, *MANDATES))
    ]
    return OfferList(items=sorted(offers, key=lambda one: _ORDER.index(one.fit)))


def choose_product(
    session: WriteSession, product_id: str, stage: str, known: CaseFacts
) -> Row[Any]:
    """A product that is offered and whose rules do not refuse the case."""
    row = find_product(session, product_id)
    if row is None or row.stage != stage or not row.offered:
        raise no_such("产品", "product", product_id)
    match = match_row(row, known.facts)
    if match.fit is Fit.DOES_NOT_FIT:
        broken = [one.text for one in match.verdicts if one.holds is False]
        raise RuleBroken(
            "product_does_not_fit",
            Text("；".join(one.zh for one in broken), "; ".join(one.en for one in broken)),
            rules=[one.rule.fact.value for one in match.verdicts if one.holds is False],
        )
    return row


def match_row(row: Row[Any], facts: Facts) -> Match:
    """A product's rules against the facts of a case."""
    return match_mandate([_read_rule(one) for one in row.rules], facts)


def describe_product(row: Row[Any]) -> ProductAnswer:
    """A row on the wire."""
    return ProductAnswer(
        id=row.id,
        stage=row.stage,
        kind=row.kind,
        uscc=row.uscc,
        institution=row.institution,
        title=row.title,
        rules=row.rules,
        terms=row.terms,
        offered=row.offered,
        version=row.version,
    )


def read_case_facts(session: ReadSession | WriteSession, case: Case) -> Facts:
    """What the gateway itself knows of a case."""
    on, credit = today(), case.credit if is_credit_current(case, today()) else None
    appraised = [
        report
        for one in list_case_supports(session, case.id, Noun.APPRAISAL)
        if is_report_valid(found := unpack(Appraisal, one.terms), one.state, on)
        and (report := found.report) is not None
    ]
    covers = [
        unpack(Guarantee, one.terms).cover_ratio
        for one in list_case_supports(session, case.id, Noun.GUARANTEE)
        if one.state in COVERING
    ]
    latest, ways = appraised[-1] if appraised else None, find_ways_given(case)
    return {
        Fact.AMOUNT_YUAN: None if case.amount_yuan is None else Decimal(case.amount_yuan),
        Fact.CREDIT_SCORE: Decimal(credit.score) if credit and credit.score else None,
        Fact.CREDIT_GRADE: credit.grade if credit else None,
        Fact.CREDIT_IS_WEAK: credit.is_weak if credit else None,
        Fact.HAS_ACHIEVEMENT: case.achievement_id is not None,
        Fact.HAS_APPRAISAL: latest is not None,
        Fact.APPRAISED_YUAN: latest.conclusion.value_yuan if latest else None,
        Fact.TRL: Decimal(latest.trl) if latest else None,
        Fact.COVER_RATIO: max(covers, default=Decimal(0)),
        Fact.IN_FORCE_GUARANTEE_YUAN: find_exposure(session, case.uscc),
        Fact.HAS_SUBSIDISED_LOAN: find_subsidised_loan(session, case.uscc) is not None,
        Fact.REGISTRATION_AREA: case.uscc[2:8],
        Fact.HAS_PLEDGE: PLEDGE in ways,
        Fact.IN_RISK_POOL: RISK_POOL in ways,
    }


def _read_facts(database: Database, caller: Principal, case_id: str) -> CaseFacts:
    with database.read() as session:
        case = find_visible_case(session, caller, case_id)
        return CaseFacts(case, read_case_facts(session, case))


def _read_rule(packed: Mapping[str, Any]) -> MandateRule:
    return MandateRule(
        Fact(packed["fact"]), Op(packed["op"]), tuple(packed["value"]), packed.get("text", "")
    )


def _what(request: ProductRequest | MandateRequest) -> tuple[str, str]:
    if isinstance(request, ProductRequest):
        return request.stage, request.kind
    return MANDATES[0], "fund"


def _body(request: MandateRequest) -> dict[str, Any]:
    return {
        "title": request.title,
        "rules": [one.model_dump(mode="json") for one in request.rules],
        "terms": dict(request.terms),
        "offered": request.offered,
    }
