"""Routes that are asked often: one unit of work in one thread, past the framework.

A `HotRoute` is described and refuses like any other route, because it *is* one (as `kit.pure`): a
question that is plain, well-formed and asked with a token that is known already is worked on, and
committed, in a single visit to a thread; everything else takes the ordinary way.
"""

from enum import Enum

from fastapi import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from kit.auth import KeyRing, Principal, guards_of
from kit.db import Database
from kit.errors import DomainError
from kit.http import HouseRoute, HouseRouter
from kit.pure import is_plain, once_more, read_whole


class HotRoute(HouseRoute):
    """`def endpoint(body, session, caller) -> Response`, for some roles, that writes."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = self._recall_caller(scope) if is_plain(scope) else None
        if caller is None:
            await super().handle(scope, receive, send)
            return
        message = await receive()
        body = read_whole(self, message)
        if body is None:
            await super().handle(scope, once_more(message, receive), send)
            return
        scope["principal"] = caller
        state = scope["app"].state
        async with state.slots:
            response = await run_in_threadpool(self._work, state.database, body, caller)
        await response(scope, receive, send)

    def _recall_caller(self, scope: Scope) -> Principal | None:
        """A caller whose token was verified before and who may come in."""
        ring: KeyRing = scope["app"].state.key_ring
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = sent.decode("latin-1").partition(" ")
        caller = ring.recall(token) if scheme.lower() == "bearer" else None
        if caller is None:
            return None
        allowed = all(caller.role in guard.roles for guard in guards_of(self.dependant))
        return caller if allowed else None

    def _work(self, database: Database, body: BaseModel, caller: Principal) -> Response:
        """Commit before the answer; what an error wants kept is kept, all else is undone."""
        with database.open_write() as session:
            try:
                response: Response = self.endpoint(body=body, session=session, caller=caller)
            except DomainError as error:
                if error.keep:
                    session.commit()
                raise
            session.commit()
            return response


class HotRouter(HouseRouter):
    """A router whose routes are all `HotRoute`s."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum]) -> None:
        super().__init__(prefix=prefix, tags=tags)
        self.route_class = HotRoute
