"""待办."""

from typing import Annotated

from fastapi import Depends, Header, Query, Response

from gateway.routes.seats import Participant, find_bench_of_task
from gateway.schemas.cases import CaseAnswer, TrackAnswer
from gateway.schemas.tasks import (
    DelegationRequest,
    ErrandAnswer,
    ReleaseRequest,
    TaskAnswer,
    TaskQuery,
)
from gateway.usecases import decisions, tasks
from gateway.usecases.decisions import Bench
from kit.auth import Caller
from kit.hot import HotRouter
from kit.http import HouseRouter, IfMatch, Read, Write, etag
from kit.pages import Page
from kit.text import choose_language

router = HouseRouter(prefix="/v1/tasks", tags=["tasks"])
hot = HotRouter(prefix="/v1/tasks", tags=["tasks"])


@router.get("", summary="待办 · What waits for the caller's organisation")
def list_tasks(
    query: Annotated[TaskQuery, Query()],
    session: Read,
    caller: Caller,
    accept_language: Annotated[str | None, Header()] = None,
) -> Page[TaskAnswer | ErrandAnswer]:
    """Tracks to decide, questions to answer, what other houses gave; oldest first, with clocks."""
    return tasks.show_tasks(session, caller, query, choose_language(accept_language))


@router.post("/{track_id}/claims", summary="领办 · Claim a task")
def claim_task(
    track_id: str,
    session: Write,
    response: Response,
    caller: Participant,
    if_match: IfMatch = None,
) -> TrackAnswer:
    """From now on the caller works on it; a colleague may still check what it submits."""
    track, version = tasks.claim_task(session, caller, track_id, if_match)
    etag(response, version)
    return track


@router.post("/{track_id}/releases", summary="退回待领 · Let a claimed task go")
def release_task(
    track_id: str,
    body: ReleaseRequest,
    session: Write,
    response: Response,
    caller: Participant,
    if_match: IfMatch = None,
) -> TrackAnswer:
    """By who has claimed it."""
    track, version = tasks.release_task(session, caller, track_id, body, if_match)
    etag(response, version)
    return track


@router.post("/{track_id}/delegations", summary="转办 · Hand a claimed task to a colleague")
def delegate_task(
    track_id: str,
    body: DelegationRequest,
    session: Write,
    response: Response,
    caller: Participant,
    if_match: IfMatch = None,
) -> TrackAnswer:
    """By who has claimed it, to a client of the same organisation, with the reason."""
    track, version = tasks.delegate_task(session, caller, track_id, body, if_match)
    etag(response, version)
    return track


@hot.post("/{track_id}/completions", summary="办结 · Complete a task by its decision")
def complete_task(
    session: Write, response: Response, bench: Annotated[Bench, Depends(find_bench_of_task)]
) -> CaseAnswer:
    """The same as a decision at the case: one act, two ways to it."""
    case = decisions.decide_track(session, bench)
    etag(response, case.version)
    return case
