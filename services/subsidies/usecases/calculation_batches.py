"""批量测算: every line answered by itself, in order; a bad line harms no other."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from kit.errors import InvalidInput
from kit.problems import describe_problem
from kit.streams import Line
from kit.text import Language
from services.subsidies.schemas.calculations import CalculationRequest
from services.subsidies.schemas.lines import read_line
from services.subsidies.usecases.calculations import calculate_subsidies


@dataclass(frozen=True, slots=True)
class Asking:
    """What the answers of a batch share."""

    language: Language
    instance: str
    request_id: str


def calculate_lines(lines: Sequence[Line], asking: Asking) -> bytes:
    """`{"line": 1, "result": {…}}` or `{"line": 2, "problem": {…}}`, one line each."""
    return b"".join(_calculate_line(line, asking) for line in lines)


def _calculate_line(line: Line, asking: Asking) -> bytes:
    try:
        request = read_line(line.content, CalculationRequest)
        answer = calculate_subsidies(request, asking.language)
        return b'{"line":%d,"result":%b}\n' % (line.number, answer)
    except InvalidInput as error:
        problem = describe_problem(
            error, {}, asking.language, instance=asking.instance, request_id=asking.request_id
        )
        return b'{"line":%d,"problem":%b}\n' % (line.number, orjson.dumps(problem))
