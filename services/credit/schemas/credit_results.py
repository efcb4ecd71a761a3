"""What the financing flow asks of credit (internal; never forwarded to the outside)."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from kit.identifiers import Uscc
from kit.schemas import AnswerModel, WireModel
from services.credit.schemas.profiles import ScorecardRef

Parties = Annotated[list[Uscc], Field(min_length=1, max_length=50)]


class Actor(WireModel):
    """Who takes the decision at the gateway."""

    client_id: str = Field(max_length=100)
    uscc: Uscc
    org_name: str = Field(max_length=200)


class CreditResultRequest(WireModel):
    """信 stage of a case: the enterprise, and the organisations that take part."""

    case_id: str = Field(max_length=64)
    uscc: Uscc
    parties: Parties
    actor: Actor


class StandingConsent(AnswerModel):
    """A consent that stands, and for whom."""

    id: str
    institution_uscc: str
    purpose: str
    valid_until: AwareDatetime


class CreditResultAnswer(AnswerModel):
    """信用结果 of a case: score, grade, whether it is weak, and until when it is current."""

    consents: list[StandingConsent]
    score: float
    grade: str
    grade_label: str
    weak: bool
    scorecard: ScorecardRef
    as_of: date
    known_at: AwareDatetime
    valid_until: date
    input_hash: str
    inquiry_id: str | None


class StandingQuestion(WireModel):
    """Whether any of these parties may still be told about an enterprise."""

    uscc: Uscc
    parties: Parties


class StandingQuestions(WireModel):
    """Questions that are put together."""

    questions: Annotated[list[StandingQuestion], Field(min_length=1, max_length=200)]


class StandingAnswers(AnswerModel):
    """Whether a consent stands, in the order of the questions. Discloses nothing else."""

    stands: list[bool]
