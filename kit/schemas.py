"""Bases for words on the wire."""

from pydantic import BaseModel, ConfigDict


class WireModel(BaseModel):
    """What a caller sends: unknown fields are refused, strings keep their type."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class AnswerModel(BaseModel):
    """What the platform answers."""

    model_config = ConfigDict(frozen=True)
