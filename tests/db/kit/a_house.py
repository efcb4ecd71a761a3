"""The smallest house there can be, on the ground floor alone."""

import asyncio
import contextlib
from typing import Annotated, ClassVar

from fastapi import FastAPI, Form, Response, UploadFile
from pydantic import Field
from sqlalchemy import text

from kit.app import create_house_app
from kit.auth import Principal, Role, allow
from kit.errors import RuleBroken
from kit.events import Envelope, Event, make_board, receive, record_event
from kit.house import House
from kit.http import HouseRouter, Read, Write, created, etag
from kit.jobs import Work
from kit.schemas import WireModel
from kit.settings import Settings
from kit.text import Text


class ThingMade(Event):
    type: ClassVar[str] = "credit.thing-made"

    name: str


class ThingHeard(Event):
    """Nobody is told of it."""

    type: ClassVar[str] = "credit.thing-heard"

    name: str


class Size(WireModel):
    width: int


class Thing(WireModel):
    name: str
    size: Annotated[str, Field(max_length=5)] | Size = "small"


router = HouseRouter(prefix="/v1/things", tags=["things"])
inbox = HouseRouter(prefix="/internal/events", tags=["inbox"])


@router.post("", status_code=201)
def make_thing(
    thing: Thing, session: Write, response: Response, caller: Annotated[Principal, allow(Role.BANK)]
) -> Thing:
    """Make a thing; some names go wrong on the way, after the effect was written."""
    record_event(session, ThingMade(name=thing.name), subject=caller.uscc)
    match thing.name:
        case "refused":
            raise RuleBroken("no_such_thing", Text("不可以", "no"), allowed=["good"])
        case "refused-but-kept":
            raise RuleBroken("no_such_thing", Text("不可以", "no"), keep=True)
        case "crash":
            raise ZeroDivisionError
        case "broken-sql":
            session.execute(text("SELECT 1/0"))
    created(response, "/v1/things/1", 1)
    return thing


@router.get("")
def count_things(session: Read) -> int:
    """How many effects there are."""
    return int(session.execute(text("SELECT count(*) FROM events")).scalar_one())


@router.get("/{number}")
def get_thing(number: int, response: Response) -> Thing:
    """Always the first version."""
    etag(response, 1)
    return Thing(name=str(number))


@router.post("/pictures", status_code=201)
def keep_picture(
    picture: UploadFile,
    title: Annotated[str, Form()],
    session: Write,
    caller: Annotated[Principal, allow(Role.BANK)],
) -> int:
    """How many bytes came; an effect each time."""
    record_event(session, ThingMade(name=title), subject=caller.uscc)
    return len(picture.file.read())


@inbox.post("", status_code=204)
def take_event(
    envelope: Envelope, session: Write, caller: Annotated[Principal, allow(Role.SERVICE)]
) -> None:
    """Take an event; the first delivery counts."""
    if receive(session, envelope):
        record_event(session, ThingHeard(name="heard"), subject=caller.uscc)


def make_house() -> House:
    """A house named after a real one, because databases are found by name."""
    return House(
        name="credit",
        title=Text("样屋", "A house"),
        description=Text("测试用", "for tests"),
        board=make_board("credit"),
        subscriptions={ThingMade.type: ("achievements",)},
        problems={"no_such_thing": Text("不可以", "No")},
    )


def make_app(house: House, settings: Settings) -> FastAPI:
    return create_house_app(house, settings, [router, inbox])


async def work_for(house: House, work: Work, seconds: float) -> None:
    """Let the house's worker run for a while."""
    task = asyncio.create_task(house.board.work(work))
    await asyncio.sleep(seconds)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await work.directory.close()
