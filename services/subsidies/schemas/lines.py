"""One line of NDJSON in, and the problem of a line that cannot be read."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from kit.errors import Fault, InvalidInput
from kit.strict import read_json
from kit.text import Text
from kit.validation import faults_of

Model = TypeVar("Model", bound=BaseModel)

_TOO_LONG = Text("该行过长", "the line is too long")


def read_line(content: bytes | None, model: type[Model]) -> Model:
    """The line as a model; raises InvalidInput with every wrong place."""
    if content is None:
        raise InvalidInput("invalid_input", _TOO_LONG, faults=[Fault("", "too_long", _TOO_LONG)])
    try:
        return model.model_validate(read_json(content))
    except json.JSONDecodeError as error:
        said = Text(f"不是合法的 JSON：{error.msg}", f"not valid JSON: {error.msg}")
        faults = [Fault("", "json_invalid", said)]
    except ValidationError as error:
        faults = faults_of(error)
    raise InvalidInput("invalid_input", faults[0].message, faults=faults)
