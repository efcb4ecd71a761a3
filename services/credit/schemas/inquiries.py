"""Inquiries on the wire."""

from datetime import date

from pydantic import AwareDatetime, ConfigDict, Field

from kit.days import Instant
from kit.identifiers import Uscc
from kit.schemas import AnswerModel, WireModel
from services.credit.schemas.profiles import ProfileAnswer
from services.credit.schemas.times import Day


class InquiryRequest(WireModel):
    """查询: who is looked at, why, under which consent, and as of when.

    `purpose` is that of the consent. `as_of` = what was true then (default today); `known_at` =
    what was known then (default now): the same two give the same profile, whatever was learned
    later.
    """

    uscc: Uscc
    purpose: str = Field(max_length=50, examples=["loan_review"])
    consent_id: str | None = Field(
        None, max_length=64, description="without a valid consent: 403 `consent_required`"
    )
    as_of: Day | None = None
    known_at: Instant | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "uscc": "91370102MA3D000125",
                    "purpose": "loan_review",
                    "consent_id": "0192f0c1-7c1e-7a55-9a3e-2f6f0d6f8b11",
                }
            ]
        }
    )


class InquiryAnswer(AnswerModel):
    """The answer to a look; `GET` gives the same bytes again."""

    id: str
    uscc: str
    institution_uscc: str
    purpose: str
    consent_id: str
    as_of: date
    known_at: AwareDatetime
    asked_at: AwareDatetime
    keep_until: date | None = Field(
        description="the last day on which the institution may keep it, by the consent"
    )
    profile: ProfileAnswer
    input_hash: str
