"""A case as Mermaid text: the picture for documents, chats and pages that draw it themselves."""

from gateway.rules.cases import Case, find_stage_state
from gateway.rules.diagrams import FILL, WORDS
from gateway.rules.stages import STAGES


def write_mermaid(case: Case) -> str:
    """A Mermaid flowchart: a box for each stage with its state and holders."""
    lines = ["flowchart LR"]
    for step in case.plan.steps:
        state = find_stage_state(case, step)
        holders = [track.holder.name for track in case.list_live_tracks(step.stage)]
        words = [f"{STAGES[step.stage].zh} {WORDS[state]}", *holders]
        lines.append(f'    {step.stage.value}["{"<br/>".join(_quote(word) for word in words)}"]')
        lines.append(f"    style {step.stage.value} fill:{FILL[state]}")
        lines += [f"    {before.value} --> {step.stage.value}" for before in step.after]
    return "\n".join(lines) + "\n"


def _quote(word: str) -> str:
    """Mermaid reads entity codes inside quotes; quotes, tags and line ends must not pass."""
    codes = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "\n": " ", "`": "#96;"}
    return "".join(codes.get(sign, sign) for sign in word)
