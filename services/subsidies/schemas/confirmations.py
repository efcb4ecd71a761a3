"""Words of `/v1/entitlements/confirmations`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from kit.errors import DomainError
from kit.problems import describe_problem
from kit.schemas import AnswerModel, WireModel
from kit.text import Language
from services.subsidies.schemas.problems import PROBLEMS

EntitlementId = Annotated[str, StringConstraints(min_length=1, max_length=36)]


class ConfirmationRequest(WireModel):
    """Which entitlements an officer confirms."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"entitlement_ids": ["0199f0c2-7c1e-7a55-8f3e-2f6f0c1d9e01"]}]
        }
    )

    entitlement_ids: Annotated[list[EntitlementId], Field(min_length=1, max_length=500)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The application that was made of an entitlement, or why none was."""

    entitlement_id: str
    application_id: str | None
    refusal: DomainError | None


class ConfirmationAnswer(AnswerModel):
    """One confirmation on the wire; `problem` is a problem document (RFC 9457)."""

    entitlement_id: str
    status: int
    application_id: str | None
    problem: dict[str, Any] | None


class ConfirmationsAnswer(AnswerModel):
    """One answer per entitlement."""

    items: list[ConfirmationAnswer]


def describe_confirmations(
    done: Sequence[Confirmation], language: Language, request_id: str
) -> ConfirmationsAnswer:
    """Confirmations on the wire."""
    return ConfirmationsAnswer(items=[_describe(one, language, request_id) for one in done])


def _describe(one: Confirmation, language: Language, request_id: str) -> ConfirmationAnswer:
    problem = None
    if one.refusal is not None:
        problem = describe_problem(
            one.refusal,
            PROBLEMS,
            language,
            instance="/v1/entitlements/confirmations",
            request_id=request_id,
        )
    return ConfirmationAnswer(
        entitlement_id=one.entitlement_id,
        status=201 if problem is None else problem["status"],
        application_id=one.application_id,
        problem=problem,
    )
