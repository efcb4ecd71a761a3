"""看板: funnel, days per stage, drop-outs, terms, lending; every number drills to its cases."""

from collections import defaultdict
from urllib.parse import urlencode

from gateway.rules.clocks import read_clock, show_light
from gateway.rules.stages import STAGES, Stage
from gateway.schemas.case_figures import (
    BoardAnswer,
    BoardName,
    CaseRefAnswer,
    DrillQuery,
    FigureAnswer,
    SpanQuery,
)
from gateway.store import packs
from gateway.store.case_figures import (
    CaseRef,
    Figure,
    Span,
    list_case_refs,
    list_cases_behind,
    list_figures,
)
from gateway.store.tasks import list_tasks
from gateway.usecases.cases import desk_of_today
from kit.db import ReadSession
from kit.pages import Page, encode_cursor, read_key

_MOST_RUNNING = 50_000
_LIGHTS = {"red": "逾期", "yellow": "临期", "green": "正常", "waiting": "待企业补正"}
_WORDS = {
    "opened": "立案",
    "open": "办理中",
    "transformed": "已转化",
    "closed": "已终止",
    "reached": "进入",
    "favourable": "通过",
    "paid_out": "已放款",
    "filed": "已备案",
    "filed_pure_credit": "已备案的纯信用贷款（应不低于已备案的50%）",
    "was_overdue": "曾逾期",
    "compensated": "已代偿",
}


def show_board(session: ReadSession, board: BoardName, query: SpanQuery) -> BoardAnswer:
    """The numbers of a board."""
    if board == "sla":
        found = [Figure(key, len(ids)) for key, ids in sorted(_light_tracks(session).items())]
    else:
        found = list_figures(session, board, Span(query.opened_from, query.opened_to))
    return BoardAnswer(board=board, items=[_describe(board, one, query) for one in found])


def show_cases_behind(
    session: ReadSession, board: BoardName, query: DrillQuery
) -> Page[CaseRefAnswer]:
    """The cases behind one number."""
    rows = _find_cases(session, board, query, read_key(query.cursor))
    shown = rows[: query.limit]
    items = [
        CaseRefAnswer(
            id=row.id,
            number=row.number,
            title=row.title,
            enterprise_name=row.enterprise_name,
            state=row.state,
        )
        for row in shown
    ]
    cursor = encode_cursor(shown[-1].id) if len(rows) > query.limit else None
    return Page(items=items, next_cursor=cursor)


def _find_cases(
    session: ReadSession, board: BoardName, query: DrillQuery, after: str | None
) -> list[CaseRef]:
    limit = query.limit + 1
    if board == "sla":
        ids = sorted(_light_tracks(session).get(query.key, set()))
        return list_case_refs(session, ids, limit=limit, after_id=after)
    span = Span(query.opened_from, query.opened_to)
    return list_cases_behind(session, board, query.key, span, limit=limit, after_id=after)


def _light_tracks(session: ReadSession) -> dict[str, set[str]]:
    """The cases with a running track, by stage and light: the calendar is not the database's."""
    desk, found = desk_of_today(), defaultdict[str, set[str]](set)
    for row in list_tasks(session, None, limit=_MOST_RUNNING):
        clock = read_clock(row.track, desk.terms, desk.calendar)
        light = "waiting"
        if clock is not None:
            light = show_light(desk.on, clock.next.due_on, desk.calendar).value
        found[f"{row.track.stage.value}.{light}"].add(row.case_id)
    return found


def _describe(board: BoardName, figure: Figure, query: SpanQuery) -> FigureAnswer:
    said = {"key": figure.key, **query.model_dump(mode="json", exclude_none=True)}
    return FigureAnswer(
        key=figure.key,
        zh=_name(figure.key),
        cases=figure.cases,
        median_days=figure.median_days,
        p90_days=figure.p90_days,
        cases_url=f"/v1/case-figures/{board}/cases?{urlencode(said)}",
    )


def _name(key: str) -> str:
    """The key in words: `loan.reached`, `loan:repayment_ability`, `close:no_contact`."""
    first, _, code = key.partition(":")
    if code:
        reasons = packs.list_close_reasons() if first == "close" else packs.list_reject_reasons()
        reason = next((one.title.zh for one in reasons if one.code == code), code)
        return f"终止：{reason}" if first == "close" else f"{STAGES[Stage(first)].zh}：{reason}"
    stage, _, step = key.partition(".")
    words = _WORDS | _LIGHTS
    if stage in words:
        return words[stage]
    return f"{STAGES[Stage(stage)].zh}{words.get(step, '')}"
