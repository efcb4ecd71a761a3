"""Nominations: an achievement of the registry is proposed for an award, step by step."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.clock import now, today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Fault, Forbidden, InvalidInput, NotFound, RuleBroken, invalid
from kit.text import Language, Text
from kit.versions import require_match
from kit.workdays import count_forward, get_calendar, show_light
from services.achievements.rules.awards import AwardFacts, AwardLevel, AwardScheme, judge_award
from services.achievements.rules.filters import NominationFilter
from services.achievements.rules.history import Change, describe_changes
from services.achievements.rules.kinds import Kind
from services.achievements.rules.new_records import Entry
from services.achievements.rules.nominations import (
    ACTS_OF_NOMINATOR,
    ACTS_WITH_REASON,
    NOMINATION_STEPS,
    OPEN_TO_CHANGE,
    NominationAct,
    NominationState,
    list_lacking,
    require_in_time,
    require_whole,
)
from services.achievements.rules.steps import require_reason
from services.achievements.rules.visibility import Visibility
from services.achievements.schemas.nominations import (
    NominationBody,
    NominationDecision,
    NominationPatch,
)
from services.achievements.store.checks import get_nomination_requirements
from services.achievements.store.counts import Counts
from services.achievements.store.history import add_history, list_history
from services.achievements.store.nominations import (
    add_nomination_if_new,
    change_nomination,
    count_nominations,
    count_overdue,
    get_call,
    get_nomination,
    list_nominations,
    lock_nomination,
)
from services.achievements.store.records import get_record
from services.achievements.usecases.callers import (
    actor_of,
    plain_row,
    require_owner,
    viewer_of,
)
from services.achievements.usecases.records import keep_new

_NOUN = "nominations"
Answer = dict[str, object]


def draft_nomination(
    session: WriteSession, principal: Principal, body: NominationBody, language: Language
) -> Answer:
    """Nominate an achievement; people, organisations and property come from the registry."""
    call = _get_named(session, body.call_id)
    require_in_time(call["due_on"], today())
    _require_level(call, body.applied_level, "/applied_level")
    achievement = _get_own(session, principal, body.achievement_id)
    nomination_id = new_id()
    values = {
        **body.model_dump(include={"call_id", "achievement_id"}),
        "id": nomination_id,
        "owner_uscc": principal.uscc,
        "state": NominationState.DRAFT.value,
        "content": _fill(achievement, body.applied_level),
        "due_on": call["due_on"],
    }
    if not add_nomination_if_new(session, values):
        message = Text("该成果已提名", "the achievement is nominated for this call already")
        raise RuleBroken("nominated_already", message)
    add_history(session, _NOUN, actor_of(principal), [Change(nomination_id, 1, "drafted")])
    return read_nomination(session, principal, nomination_id, language)


def _get_named(session: WriteSession, call_id: str) -> RowMapping:
    try:
        return get_call(session, call_id)
    except NotFound as error:
        raise invalid("/call_id", "not_found", error.detail) from error


def _get_own(session: WriteSession, principal: Principal, achievement_id: str) -> RowMapping:
    try:
        row = get_record(session, Kind.ACHIEVEMENTS, achievement_id, viewer_of(principal))
    except NotFound as error:
        raise invalid("/achievement_id", "not_found", error.detail) from error
    require_owner(principal, row["owner_uscc"])
    if row["visibility"] == Visibility.CLASSIFIED:
        message = Text("涉密成果不出本单位，不能提名", "what is classified never leaves its owner")
        raise invalid("/achievement_id", "classified", message)
    return row


def _fill(achievement: RowMapping, applied_level: AwardLevel | None) -> Mapping[str, object]:
    completed_on: date | None = achievement["completed_on"]
    numbers = [one["number"] for one in achievement["intellectual_property"] if one["number"]]
    return {
        "title": achievement["title"],
        "summary": achievement["abstract"],
        "statement": None,
        "applied_level": applied_level,
        "organizations": [
            {"name": one["name"], "uscc": one["uscc"]} for one in achievement["organizations"]
        ],
        "contributors": [
            {"name": one["name"], "orcid": one["orcid"]} for one in achievement["contributors"]
        ],
        "intellectual_property": numbers,
        "completed_on": completed_on.isoformat() if completed_on else None,
    }


def change_nomination_content(
    session: WriteSession,
    principal: Principal,
    nomination_id: str,
    patch: NominationPatch,
    if_match: str | None,
    language: Language,
) -> Answer:
    """Change what a nomination says, while it is a draft or was returned."""
    row = lock_nomination(session, nomination_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    require_match(if_match, row["version"])
    if row["state"] not in OPEN_TO_CHANGE:
        message = Text("提名已提交，不能修改", "a submitted nomination is not changed")
        raise RuleBroken("nomination_not_open", message, state=row["state"])
    call = get_call(session, row["call_id"])
    _require_level(call, patch.applied_level, "/applied_level")
    wanted = patch.model_dump(mode="json", exclude_unset=True)
    changes = describe_changes({name: row["content"][name] for name in wanted}, wanted)
    version = row["version"] + 1
    values = {"content": _listed(row["content"] | wanted), "version": version}
    change_nomination(session, nomination_id, values)
    change = Change(nomination_id, version, "changed", changes)
    add_history(session, _NOUN, actor_of(principal), [change])
    return read_nomination(session, principal, nomination_id, language)


def _listed(content: Mapping[str, object]) -> dict[str, object]:
    """A list that was emptied by null is an empty list."""
    lists = ("organizations", "contributors", "intellectual_property")
    return {**content, **{name: content[name] or [] for name in lists}}


def decide_nomination(
    session: WriteSession,
    principal: Principal,
    nomination_id: str,
    body: NominationDecision,
    if_match: str | None,
    language: Language,
) -> Answer:
    """Take the next step; an award at the end becomes a record of the registry by itself."""
    row = lock_nomination(session, nomination_id, viewer_of(principal))
    _require_may_decide(principal, body.decision, row["owner_uscc"])
    require_match(if_match, row["version"])
    state = NOMINATION_STEPS.move(NominationState(row["state"]), body.decision)
    require_reason(body.reason, needed=body.decision in ACTS_WITH_REASON)
    call = get_call(session, row["call_id"])
    if body.decision is NominationAct.SUBMIT:
        require_in_time(row["due_on"], today())
        require_whole(list_lacking(row["content"], get_nomination_requirements()))
    version = row["version"] + 1
    values = {
        "state": state.value,
        "version": version,
        "due_on": _due_on(state, call),
        "decision": body.model_dump(mode="json", exclude_none=True),
    }
    if state is NominationState.SUBMITTED:
        values["submitted_on"] = today()
    if state is NominationState.AWARDED:
        values["award_id"] = _make_award(session, principal, row, call, body)
    change_nomination(session, nomination_id, values)
    moved = {"state": {"from": row["state"], "to": state.value}}
    change = Change(nomination_id, version, body.decision.value, moved)
    add_history(session, _NOUN, actor_of(principal, reason=body.reason), [change])
    return read_nomination(session, principal, nomination_id, language)


def _require_may_decide(principal: Principal, act: NominationAct, owner_uscc: str) -> None:
    if act in ACTS_OF_NOMINATOR:
        require_owner(principal, owner_uscc)
    elif principal.role is not Role.OFFICER:
        message = Text(f"{principal.role.zh}不能执行此步骤", f"{principal.role} may not do this")
        raise Forbidden("role_not_allowed", message, roles=[Role.OFFICER.value])


def _due_on(state: NominationState, call: RowMapping) -> date | None:
    """Whose turn it is has so many working days from tomorrow; where nobody waits, no day."""
    days = {
        NominationState.SUBMITTED: call["recommend_days"],
        NominationState.RETURNED: call["supplement_days"],
    }
    if state not in days:
        return None
    return count_forward(today(), days[state], get_calendar()).due_on


def _make_award(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    call: RowMapping,
    body: NominationDecision,
) -> str:
    """The award as a record of the nominating organisation, from which all others hear."""
    level, awarded_on = body.level, body.awarded_on
    if level is None or awarded_on is None:
        message = Text("获奖须写明等级和日期", "an award has a level and a day")
        pointer = "/level" if level is None else "/awarded_on"
        raise invalid(pointer, "missing", message)
    _require_level(call, level, "/level")
    facts = AwardFacts(
        source_id=f"nomination:{row['id']}",
        scheme=AwardScheme(call["scheme"]),
        level=level,
        title=row["content"]["title"],
        awarded_on=awarded_on,
        certificate_number=body.certificate_number,
        winners=tuple(one["name"] for one in row["content"]["contributors"]),
    )
    faults = judge_award(facts, today())
    if faults:
        raise InvalidInput("invalid_input", faults[0].message, faults=faults)
    entry = Entry(Kind.AWARDS, row["owner_uscc"], actor_of(principal), now(), today())
    return keep_new(session, entry, [facts], many=False)[facts.source_id].id


def _require_level(call: RowMapping, level: AwardLevel | None, pointer: str) -> None:
    if level is not None and level not in call["levels"]:
        offered = "、".join(call["levels"])
        message = Text(f"本次通知的等级为：{offered}", f"this call is for: {offered}")
        raise InvalidInput(
            "invalid_input", message, faults=[Fault(pointer, "level_not_offered", message)]
        )


def read_nomination(
    session: ReadSession | WriteSession,
    principal: Principal,
    nomination_id: str,
    language: Language,
) -> Answer:
    """A nomination that the caller may see: its own, or any for the bureau."""
    row = get_nomination(session, nomination_id, viewer_of(principal))
    return _describe(row, language)


def find_nominations(
    session: ReadSession, principal: Principal, wanted: NominationFilter, language: Language
) -> tuple[list[Answer], str | None]:
    """One page of the nominations the caller may see."""
    rows, cursor = list_nominations(session, viewer_of(principal), wanted)
    return [_describe(row, language) for row in rows], cursor


def count_by(session: ReadSession, principal: Principal) -> tuple[Counts, int]:
    """Nominations the caller may see by state, and how many are overdue."""
    viewer = viewer_of(principal)
    return count_nominations(session, viewer), count_overdue(session, viewer)


def read_nomination_history(
    session: ReadSession, principal: Principal, nomination_id: str
) -> Sequence[RowMapping]:
    """Every step with actor, organisation and reason."""
    get_nomination(session, nomination_id, viewer_of(principal))
    return list_history(session, _NOUN, nomination_id)


def _describe(row: RowMapping, language: Language) -> Answer:
    due_on = row["due_on"]
    lacking = list_lacking(row["content"], get_nomination_requirements())
    return plain_row(row) | {
        "allowed": list(NOMINATION_STEPS.open_acts(NominationState(row["state"]))),
        "lacking": [{"field": one.field, "name": one.name.pick(language)} for one in lacking],
        "light": show_light(today(), due_on, get_calendar()) if due_on else None,
    }
