"""Credit: what is known of an enterprise, who may know it, and who looked."""

from typing import Any

from fastapi import FastAPI

from kit.app import create_house_app
from kit.directory import Directory
from kit.house import House
from kit.settings import Settings
from kit.text import Text
from services.credit.routes import (
    access_log,
    catalogue,
    consents,
    credit_repairs,
    credit_results,
    enhancements,
    enterprises,
    facts,
    inbox,
    inquiries,
    keys,
    ladder,
    lending,
    monitors,
    notices,
    objections,
    outlets,
    scorecards,
)
from services.credit.rules.arrangements import INFO
from services.credit.schemas.codes import CodeList, name_codes
from services.credit.schemas.problems import PROBLEMS
from services.credit.settings import CreditSettings, arrange
from services.credit.store.catalogue import get_catalogue
from services.credit.usecases.board import board

HOUSE = House(
    name="credit",
    title=Text("信用服务", "Credit"),
    description=Text(
        "科技信用信息的归集、授权、查询与留痕；评分是专家给分，不是违约概率。",
        "Facts of credit, consents, looks and their traces. Points are never probabilities.",
    ),
    board=board,
    subscriptions={
        "credit.consent-changed": ("gateway",),
        "credit.enterprises-merged": ("subsidies",),
    },
    problems=PROBLEMS,
)

_ROUTERS = (
    inquiries.hot,  # asked most often, found first
    credit_results.hot,
    catalogue.router,
    scorecards.router,
    outlets.router,  # before `/v1/credit-facts/{…}`
    facts.router,
    consents.router,
    lending.router,  # before `/v1/inquiries/{inquiry_id}`
    inquiries.router,
    monitors.router,
    enhancements.router,
    access_log.router,
    ladder.router,
    credit_results.router,
    enterprises.router,
    objections.router,
    credit_repairs.router,
    notices.router,
    keys.router,
    inbox.router,
)


def create_app(
    settings: Settings | None = None,
    directory: Directory | None = None,
    own: CreditSettings | None = None,
) -> FastAPI:
    """The web application of credit."""
    settings = settings or Settings()
    app = create_house_app(HOUSE, settings, _ROUTERS, directory=directory)
    app.state.database.info[INFO] = arrange(settings, own or CreditSettings())
    _list_codes(app)
    return app


def _list_codes(app: FastAPI) -> None:
    """Let the description list the codes that the catalogue holds."""
    catalogue, plain = get_catalogue(), app.openapi
    lists = {
        CodeList.PURPOSES: sorted(catalogue.purposes),
        CodeList.CATEGORIES: sorted(catalogue.categories),
        CodeList.ITEMS: sorted(catalogue.items),
    }

    def openapi() -> dict[str, Any]:
        schema = plain()
        name_codes(schema, lists)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
