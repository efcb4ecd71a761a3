"""金融产品、基金投向与办件适配."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from gateway.schemas.products import (
    MandateQuery,
    MandateRequest,
    OfferList,
    ProductAnswer,
    ProductQuery,
    ProductRequest,
    ProductVersionList,
)
from gateway.usecases import products
from gateway.usecases.products import MANDATES, SHELF, CaseFacts
from kit.auth import Principal, Role, allow
from kit.http import HouseRouter, IfMatch, Read, WholeDatabase, Write, created, etag
from kit.pages import Page

router = HouseRouter(prefix="/v1", tags=["products"])
Offerer = Annotated[Principal, allow(Role.BANK, Role.INSURER)]
Fund = Annotated[Principal, allow(Role.FUND)]
Asker = Annotated[Principal, allow(Role.ENTERPRISE, Role.OFFICER)]


async def find_facts(
    request: Request, database: WholeDatabase, caller: Asker, case_id: str
) -> CaseFacts:
    return await products.find_facts(request.app.state.directory, database, caller, case_id)


@router.get("/products", summary="金融产品 · Loans, guarantees and insurance on offer")
def list_products(query: Annotated[ProductQuery, Query()], session: Read) -> Page[ProductAnswer]:
    """Public; in the order of entry, with the rules of each."""
    stages = SHELF if query.stage is None else (query.stage,)
    return products.show_products(session, query, stages)


@router.post("/products", status_code=201, summary="发布产品 · Offer a product")
def add_product(
    body: ProductRequest, session: Write, response: Response, caller: Offerer
) -> ProductAnswer:
    """A bank offers loans, an insurer or guarantor insurance and guarantees."""
    made = products.enter_product(session, caller, body)
    created(response, f"/v1/products/{made.id}", made.version)
    return made


@router.get("/products/{product_id}", summary="一个产品 · One product")
def get_product(product_id: str, session: Read, response: Response) -> ProductAnswer:
    """Its rules and terms."""
    found = products.show_product(session, product_id, SHELF)
    etag(response, found.version)
    return found


@router.put("/products/{product_id}", summary="变更产品 · Change a product")
def change_product(
    product_id: str,
    body: ProductRequest,
    session: Write,
    response: Response,
    caller: Offerer,
    if_match: IfMatch = None,
) -> ProductAnswer:
    """A new version; `offered: false` takes it off the shelf."""
    changed = products.alter_product(session, caller, product_id, body, if_match)
    etag(response, changed.version)
    return changed


@router.get("/products/{product_id}/versions", summary="产品历次版本 · Every version of a product")
def list_product_versions(product_id: str, session: Read) -> ProductVersionList:
    """With who made it and why."""
    return products.show_versions(session, product_id, SHELF)


@router.get("/mandates", summary="基金投向 · What funds invest in")
def list_mandates(query: Annotated[MandateQuery, Query()], session: Read) -> Page[ProductAnswer]:
    """Public; in the order of entry, with the rules of each."""
    return products.show_products(session, query, MANDATES)


@router.post("/mandates", status_code=201, summary="发布投向 · Say what a fund invests in")
def add_mandate(
    body: MandateRequest, session: Write, response: Response, caller: Fund
) -> ProductAnswer:
    """By the fund itself."""
    made = products.enter_product(session, caller, body)
    created(response, f"/v1/mandates/{made.id}", made.version)
    return made


@router.get("/mandates/{mandate_id}", summary="一项投向 · One mandate")
def get_mandate(mandate_id: str, session: Read, response: Response) -> ProductAnswer:
    """Its rules and terms."""
    found = products.show_product(session, mandate_id, MANDATES)
    etag(response, found.version)
    return found


@router.put("/mandates/{mandate_id}", summary="变更投向 · Change a mandate")
def change_mandate(
    mandate_id: str,
    body: MandateRequest,
    session: Write,
    response: Response,
    caller: Fund,
    if_match: IfMatch = None,
) -> ProductAnswer:
    """A new version; `offered: false` closes it."""
    changed = products.alter_product(session, caller, mandate_id, body, if_match)
    etag(response, changed.version)
    return changed


@router.get("/mandates/{mandate_id}/versions", summary="投向历次版本 · Every version of a mandate")
def list_mandate_versions(mandate_id: str, session: Read) -> ProductVersionList:
    """With who made it and why."""
    return products.show_versions(session, mandate_id, MANDATES)


@router.get("/cases/{case_id}/offers", summary="可以申请什么 · What a case may ask for")
def list_offers(session: Read, known: Annotated[CaseFacts, Depends(find_facts)]) -> OfferList:
    """Every product and mandate with each of its rules: which holds, which not, what is unknown."""
    return products.show_offers(session, known)
