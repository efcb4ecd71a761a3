"""Subsidies: what the measures give, to whom, by which words, and what waits for a payment."""

from fastapi import FastAPI

from kit.app import create_house_app
from kit.directory import Directory
from kit.house import House
from kit.settings import Settings
from kit.text import Text
from services.subsidies.routes import (
    applications,
    budgets,
    calculation_batches,
    calculations,
    city_payments,
    disbursements,
    entitlements,
    inbox,
    policies,
    public_notices,
    simulations,
    suspected_doubles,
    taxes,
    terms,
)
from services.subsidies.schemas.problems import PROBLEMS
from services.subsidies.store.terms import list_terms
from services.subsidies.usecases.board import board
from services.subsidies.usecases.shelf import open_shelf

HOUSE = House(
    name="subsidies",
    title=Text("政策兑现服务", "Subsidies"),
    description=Text(
        "六条细则的测算、应得（免申即享）和市级拨付登记；每个金额都引用条款原文。",
        "The six rules calculated, entitlements, and the city's payments recorded; every amount"
        " quotes its clause.",
    ),
    board=board,
    subscriptions={
        "subsidies.subsidy-paid": ("credit",),
        "subsidies.subsidy-clawed-back": ("credit",),
    },
    problems=PROBLEMS,
)

_ROUTERS = (
    calculations.router,
    calculation_batches.router,
    simulations.router,
    simulations.stream_router,
    taxes.router,
    terms.router,
    policies.router,
    entitlements.router,
    city_payments.router,
    suspected_doubles.router,
    budgets.router,
    applications.router,
    public_notices.router,
    disbursements.router,
    inbox.router,
)


def create_app(settings: Settings | None = None, directory: Directory | None = None) -> FastAPI:
    """The web application of subsidies; refuses to start on packs or terms that are broken."""
    open_shelf()
    list_terms()
    return create_house_app(HOUSE, settings or Settings(), _ROUTERS, directory=directory)
