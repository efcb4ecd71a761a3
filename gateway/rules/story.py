"""A story: the events of one act, each applied as it is told."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gateway.rules.cases import Case
from gateway.rules.folding import apply_event
from gateway.rules.ledger import BEGINNING, Actor, CaseEvent, EventKind, Json, seal_event


@dataclass(slots=True)
class Story:
    """Who acts on which case and when, the case so far, and the events to append."""

    case_id: str
    actor: Actor
    at: datetime
    on: date
    so_far: Case | None = None
    events: list[CaseEvent] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case after everything told."""
        if self.so_far is None:
            raise ValueError("nothing has been told yet")
        return self.so_far

    def tell(
        self,
        kind: EventKind,
        *,
        track_id: str | None = None,
        reason_code: str | None = None,
        reason: str | None = None,
        **data: Json,
    ) -> None:
        """Append one event and let the case move by it."""
        draft = CaseEvent(
            case_id=self.case_id,
            sequence=1 if self.so_far is None else self.so_far.version + 1,
            kind=kind,
            at=self.at,
            actor=self.actor,
            prev_hash=BEGINNING if self.so_far is None else self.so_far.last_hash,
            hash="",
            track_id=track_id,
            reason_code=reason_code,
            reason=reason,
            data={"on": self.on.isoformat(), **data},
        )
        event = replace(draft, hash=seal_event(draft))
        self.so_far = apply_event(self.so_far, event)
        self.events.append(event)


def go_on(case: Case, actor: Actor, at: datetime, on: date) -> Story:
    """A story that begins where the case stands."""
    return Story(case.id, actor, at, on, case)
