"""The picture of a case: its stages as boxes, coloured by state, joined by what waits for what."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from gateway.rules.cases import Case, find_stage_state
from gateway.rules.plans import Plan
from gateway.rules.stages import STAGES, Stage, TrackState

WIDTH, HEIGHT, _GAP, _MARGIN, _TOP = 150, 84, 46, 24, 64
FILL: Mapping[TrackState, str] = {
    TrackState.PLANNED: "#eef1f4",
    TrackState.READY: "#fff4cc",
    TrackState.IN_PROGRESS: "#ffe29a",
    TrackState.INFO_REQUESTED: "#ffd0a8",
    TrackState.SUBMITTED: "#d5e6ff",
    TrackState.APPROVED: "#cdeccf",
    TrackState.CONDITIONALLY_APPROVED: "#dff0c8",
    TrackState.REJECTED: "#f6c9c9",
    TrackState.WITHDRAWN: "#e3dede",
    TrackState.WAIVED: "#e6efe6",
    TrackState.EXPIRED: "#e8d5c4",
}
WORDS: Mapping[TrackState, str] = {
    TrackState.PLANNED: "未开始",
    TrackState.READY: "待受理",
    TrackState.IN_PROGRESS: "办理中",
    TrackState.INFO_REQUESTED: "待补正",
    TrackState.SUBMITTED: "待决定",
    TrackState.APPROVED: "同意",
    TrackState.CONDITIONALLY_APPROVED: "附条件同意",
    TrackState.REJECTED: "不同意",
    TrackState.WITHDRAWN: "已撤回",
    TrackState.WAIVED: "免办",
    TrackState.EXPIRED: "已失效",
}


def draw_case(case: Case) -> str:
    """An SVG 1.1 document; no script, no font and no image from elsewhere."""
    places = place_stages(case.plan)
    columns = max(column for column, _ in places.values()) + 1
    rows = max(row for _, row in places.values()) + 1
    width = 2 * _MARGIN + columns * WIDTH + (columns - 1) * _GAP
    height = _TOP + rows * (HEIGHT + 20) + _MARGIN
    parts = [*_draw_arrows(case.plan, places), *_draw_boxes(case, places)]
    title = escape(f"{case.number} {case.title}（{case.state.value}）")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" font-family="sans-serif">'
        f"<title>{title}</title>"
        '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#667"/></marker></defs>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{_MARGIN}" y="34" font-size="16" fill="#223">{title}</text>'
        f"{''.join(parts)}</svg>"
    )


def place_stages(plan: Plan) -> dict[Stage, tuple[int, int]]:
    """Column by how much comes before, row by who stands beside whom."""
    columns: dict[Stage, int] = {}
    waiting = list(plan.steps)
    while waiting:
        step = waiting.pop(0)
        if all(stage in columns for stage in step.after):
            columns[step.stage] = max((columns[stage] for stage in step.after), default=-1) + 1
        else:
            waiting.append(step)
    taken: dict[int, int] = {}
    places = {}
    for step in plan.steps:
        column = columns[step.stage]
        places[step.stage] = (column, taken.get(column, 0))
        taken[column] = taken.get(column, 0) + 1
    return places


def find_corner(place: tuple[int, int]) -> tuple[int, int]:
    return _MARGIN + place[0] * (WIDTH + _GAP), _TOP + place[1] * (HEIGHT + 20)


def _draw_arrows(plan: Plan, places: Mapping[Stage, tuple[int, int]]) -> list[str]:
    lines = []
    for step in plan.steps:
        x2, y2 = find_corner(places[step.stage])
        for before in step.after:
            x1, y1 = find_corner(places[before])
            lines.append(
                f'<line x1="{x1 + WIDTH}" y1="{y1 + HEIGHT // 2}" x2="{x2 - 2}"'
                f' y2="{y2 + HEIGHT // 2}" stroke="#667" stroke-width="1.5"'
                ' marker-end="url(#tip)"/>'
            )
    return lines


def _draw_boxes(case: Case, places: Mapping[Stage, tuple[int, int]]) -> list[str]:
    boxes = []
    for step in case.plan.steps:
        x, y = find_corner(places[step.stage])
        state = find_stage_state(case, step)
        tracks = case.list_live_tracks(step.stage)
        holder = tracks[0].holder.name if tracks else ""
        more = f" 等{len(tracks)}家" if len(tracks) > 1 else ""
        shown = escape((holder if len(holder) <= 11 else f"{holder[:10]}…") + more)
        boxes.append(
            f'<g><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8"'
            f' fill="{FILL[state]}" stroke="#99a"/>'
            f'<text x="{x + 12}" y="{y + 30}" font-size="20" fill="#223">'
            f"{STAGES[step.stage].zh}</text>"
            f'<text x="{x + 44}" y="{y + 29}" font-size="13" fill="#223">{WORDS[state]}</text>'
            f'<text x="{x + 12}" y="{y + 62}" font-size="11" fill="#445">{shown}</text></g>'
        )
    return boxes
