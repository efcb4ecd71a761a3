"""The registry: what the district's organisations have, know and make of it, and its contracts."""

from fastapi import FastAPI

from kit.app import create_house_app
from kit.directory import Directory
from kit.house import House
from kit.settings import Settings
from kit.text import Text
from services.achievements.routes import (
    achievements,
    all_bids,
    amendments,
    analytics,
    appointments,
    awards,
    bids,
    bookings,
    brokers,
    care,
    changes,
    contract_types,
    contracts,
    demands,
    doubles,
    exports,
    history,
    imports,
    inbox,
    instruments,
    internal,
    listing_parts,
    listings,
    matches,
    matchmaking_events,
    nominations,
    notices,
    oai,
    organizations,
    platform_life,
    platforms,
    rd_expenditures,
    researchers,
    service_agencies,
)
from services.achievements.schemas.problems import PROBLEMS
from services.achievements.usecases import exchange as exchange_tasks
from services.achievements.usecases import (
    feed,
    follow_ups,
    match_feedback,
    match_news,
    word_vectors,
)
from services.achievements.usecases import import_runs as import_tasks
from services.achievements.usecases import listing_bids as bid_tasks
from services.achievements.usecases import search as search_tasks
from services.achievements.usecases.board import board

# Importing them puts their tasks on the board.
TASKS = (
    import_tasks.RUN,
    search_tasks.COUNT_WORDS,
    match_news.MATCH_DEMAND,
    match_feedback.LEARN,
    follow_ups.OPEN_DUE,
    exchange_tasks.LISTEN,
    bid_tasks.CLOSE_CONTESTS,
    feed.ANNOUNCE,
    word_vectors.KEEP_VECTORS,
)

HOUSE = House(
    name="achievements",
    title=Text("科技成果登记", "Registry of achievements"),
    description=Text(
        "归集成果、仪器、人员、研发经费、平台与奖励，检索、导入，技术合同认定登记",
        "Achievements, instruments, researchers, R&D expenditure, platforms, awards;"
        " search, imports, and the registration of technology contracts",
    ),
    board=board,
    subscriptions={
        "achievements.organization-registered": ("subsidies", "credit"),
        "achievements.achievement-registered": ("credit",),
        "achievements.achievements-registered": ("credit",),
        "achievements.achievements-withdrawn": ("credit",),
        "achievements.contract-registered": ("subsidies", "credit"),
        "achievements.contract-changed": ("subsidies", "credit"),
        "achievements.contract-cancelled": ("subsidies", "credit"),
        "achievements.award-recorded": ("subsidies", "credit"),
        "achievements.rd-expenditure-recorded": ("subsidies", "credit"),
        "achievements.platform-certified": ("subsidies", "credit"),
        "achievements.platform-graded": ("subsidies", "credit"),
        "achievements.task-opened": ("gateway",),
        "achievements.task-closed": ("gateway",),
        "achievements.appointment-moved": ("gateway",),
    },
    problems=PROBLEMS,
)

ROUTERS = [
    achievements.router,
    instruments.router,
    bookings.router,
    changes.router,
    oai.router,
    researchers.router,
    rd_expenditures.router,
    platforms.router,
    platform_life.router,
    awards.router,
    organizations.router,
    imports.router,
    exports.router,
    doubles.router,
    contract_types.router,
    amendments.router,
    contracts.router,
    matches.router,
    matchmaking_events.router,
    bids.router,
    all_bids.router,
    demands.router,
    notices.router,
    listings.router,
    listing_parts.router,
    service_agencies.router,
    brokers.router,
    appointments.router,
    analytics.router,
    care.router,
    history.router,
    nominations.router,
    internal.router,
    inbox.router,
]


def create_app(settings: Settings | None = None, directory: Directory | None = None) -> FastAPI:
    """The web application of the registry."""
    return create_house_app(HOUSE, settings or Settings(), ROUTERS, directory=directory)
