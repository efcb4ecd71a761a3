"""What is known of an enterprise: its facts, its profile, its mergers."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, Read, Write, created
from kit.identifiers import Uscc
from kit.pages import Page
from services.credit.schemas.enterprises import (
    FactQuery,
    KnownFactAnswer,
    MergerAnswer,
    MergerEnd,
    MergerRequest,
    SelfProfileAnswer,
    ViewQuery,
)
from services.credit.schemas.problems import REFUSED
from services.credit.usecases import enterprises, mergers

router = HouseRouter(prefix="/v1/enterprises", tags=["enterprises"])
Officer = Annotated[Principal, allow(Role.OFFICER)]


@router.get(
    "/{uscc}/facts", summary="信用信息自查 · What is held of an enterprise", responses=REFUSED
)
def list_facts(
    uscc: Uscc, query: Annotated[FactQuery, Query()], session: Write, caller: Caller
) -> Page[KnownFactAnswer]:
    """For the enterprise itself; a look by the bureau or the auditor stands in the access log."""
    return enterprises.show_facts(session, caller, uscc, query)


@router.get("/{uscc}/profile", summary="自查画像 · An enterprise's own profile", responses=REFUSED)
def get_profile(
    uscc: Uscc, query: Annotated[ViewQuery, Query()], session: Write, caller: Caller
) -> SelfProfileAnswer:
    """As an institution with every category would see it; also as of a past day."""
    return enterprises.show_profile(session, caller, uscc, query)


@router.post("/{uscc}/mergers", status_code=201, summary="登记企业合并 · Record a merger")
def record_merger(
    uscc: Uscc, body: MergerRequest, session: Write, response: Response, caller: Officer
) -> MergerAnswer:
    """The enterprise in the path survives and inherits what the catalogue says."""
    merger = mergers.record_merger(session, caller, uscc, body)
    created(response, f"/v1/enterprises/{uscc}/mergers")
    return merger


@router.get("/{uscc}/mergers", summary="企业合并记录 · Mergers of an enterprise", responses=REFUSED)
def list_mergers(uscc: Uscc, session: Read, caller: Caller) -> Page[MergerAnswer]:
    """On two time axes, oldest first."""
    return mergers.show_mergers(session, caller, uscc)


@router.post("/{uscc}/mergers/{merger_id}/ends", summary="更正合并记录 · End a mistaken merger")
def end_merger(
    uscc: Uscc, merger_id: str, body: MergerEnd, session: Write, caller: Officer
) -> MergerAnswer:
    """By its supplier; the record ends on the axis of knowledge, nothing is erased."""
    return mergers.end_merger(session, caller, uscc, merger_id, body)
