"""Credit: what is known of an enterprise, who may know it, and who looked."""

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
    credit_results,
    facts,
    inbox,
    inquiries,
    scorecards,
)
from services.credit.schemas.problems import PROBLEMS
from services.credit.usecases.board import board

HOUSE = House(
    name="credit",
    title=Text("信用服务", "Credit"),
    description=Text(
        "科技信用信息的归集、授权、查询与留痕；评分是专家给分，不是违约概率。",
        "Facts of credit, consents, looks and their traces. Points are never probabilities.",
    ),
    board=board,
    subscriptions={},
    problems=PROBLEMS,
)

_ROUTERS = (
    catalogue.router,
    scorecards.router,
    facts.router,
    consents.router,
    inquiries.router,
    access_log.router,
    credit_results.router,
    inbox.router,
)


def create_app(settings: Settings | None = None, directory: Directory | None = None) -> FastAPI:
    """The web application of credit."""
    return create_house_app(HOUSE, settings or Settings(), _ROUTERS, directory=directory)
