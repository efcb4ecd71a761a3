"""上级平台报送, and our simulators of those platforms."""

from typing import Annotated

from fastapi import Query, Response

from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, Read, Write
from kit.identifiers import Uscc
from kit.pages import Page, PageQuery
from services.credit.schemas.outlets import (
    OutletAnswer,
    Package,
    PackageAnswer,
    ReceiptAnswer,
    SimulatedAnswer,
)
from services.credit.usecases import outlets

router = HouseRouter(tags=["outlets"])
Officer = Annotated[Principal, allow(Role.OFFICER)]
Reader = Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)]


@router.get("/v1/credit-facts/outlets", summary="上级平台 · The ways out")
def list_outlets(session: Read, _caller: Reader) -> Page[OutletAnswer]:
    """City, province, nation: what the catalogue lets out, and whether a simulator answers."""
    return outlets.show_outlets(session)


@router.post(
    "/v1/credit-facts/outlets/{outlet}/packages",
    status_code=202,
    summary="报送 · Make and send a package now",
)
def request_package(outlet: str, session: Write, caller: Officer) -> PackageAnswer:
    """Only what the catalogue lets out; what may no longer be shown is withdrawn."""
    return outlets.request_package(session, caller, outlet)


@router.get(
    "/v1/credit-facts/outlets/{outlet}/packages", summary="报送记录 · Packages and receipts"
)
def list_packages(
    outlet: str, query: Annotated[PageQuery, Query()], session: Read, _caller: Reader
) -> Page[PackageAnswer]:
    """Newest first."""
    return outlets.show_packages(session, outlet, query)


@router.get(
    "/v1/credit-facts/outlets/{outlet}/packages/{package_id}/content",
    response_model=Package,
    summary="上报包内容 · The bytes that went out",
)
def get_content(outlet: str, package_id: str, session: Read, _caller: Reader) -> Response:
    """As they were sent."""
    content = outlets.show_content(session, outlet, package_id)
    return Response(content, media_type="application/json")


@router.get(
    "/v1/credit-facts/outlets/{outlet}/simulator",
    summary="模拟平台所收 · What the SIMULATOR of a platform holds",
)
def show_simulated(
    outlet: str, uscc: Annotated[Uscc, Query()], session: Read, _caller: Reader
) -> SimulatedAnswer:
    """A simulator of ours in the demo mode; there is no live connection to any platform."""
    return outlets.show_simulated(session, outlet, uscc)


@router.post("/internal/simulators/{outlet}/packages", summary="模拟平台收件 · A simulator")
def take_in_simulated(
    outlet: str,
    body: Package,
    session: Write,
    _caller: Annotated[Principal, allow(Role.SERVICE)],
) -> ReceiptAnswer:
    """Our SIMULATOR of a platform above (demo mode only)."""
    return outlets.take_in_simulated(session, outlet, body)
