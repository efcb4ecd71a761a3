"""增信 on the wire."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, Field, StrictBool

from kit.identifiers import PatentNumber
from kit.money import Yuan
from kit.schemas import AnswerModel, WireModel
from services.credit.rules.enhancements import Ground, Pack, PatentCheck, Proposal, Standing
from services.credit.schemas.times import Day


class PatentWords(WireModel):
    """A patent that could be pledged. What is not known is left out, and asked for."""

    number: PatentNumber
    is_owner: StrictBool | None = None
    is_granted: StrictBool | None = None
    is_lapsed: StrictBool | None = None
    is_declared_invalid: StrictBool | None = None
    is_fee_paid: StrictBool | None = None
    is_disputed: StrictBool | None = None
    is_frozen: StrictBool | None = None
    is_invalidation_started: StrictBool | None = None
    is_pledged: StrictBool | None = None
    has_co_owners_consent: StrictBool | None = Field(None, description="true where there are none")
    expires_on: Day | None = None
    has_forfeiture_clause: StrictBool | None = None


class EnhancementRequest(WireModel):
    """What is to be financed, and the patents that could be pledged."""

    amount_yuan: Yuan | None = None
    debt_ends_on: Day | None = None
    patents: list[PatentWords] = Field(default=[], max_length=100)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount_yuan": "3000000.00",
                    "debt_ends_on": "2029-12-31",
                    "patents": [
                        {
                            "number": "ZL200780020369.7",
                            "is_owner": True,
                            "is_granted": True,
                            "is_fee_paid": True,
                        }
                    ],
                }
            ]
        }
    )


class GroundAnswer(AnswerModel):
    """A ground on which the registry refuses a pledge."""

    code: str
    fact: str
    text: str
    text_en: str


class PatentAnswer(AnswerModel):
    """Whether a patent could be pledged."""

    number: str
    standing: Standing
    against: list[GroundAnswer]
    unknown: list[GroundAnswer]


class ProposalAnswer(AnswerModel):
    """One measure."""

    code: str
    label: str
    label_en: str
    standing: Standing
    text: str
    text_en: str
    clause: str
    verified: bool
    missing: list[str]
    shares: dict[str, str] = Field(description="who bears which part of a loss")
    patents: list[PatentAnswer]


class EnhancementAnswer(AnswerModel):
    """增信建议. Nothing is proposed where the profile is not weak."""

    uscc: str
    on: date
    score: float
    weak: bool
    pack: dict[str, str]
    proposals: list[ProposalAnswer]


def describe_enhancements(
    uscc: str, on: date, score: float, weak: bool, pack: Pack, proposals: list[Proposal]
) -> EnhancementAnswer:
    """The proposals as they are answered."""
    return EnhancementAnswer(
        uscc=uscc,
        on=on,
        score=score,
        weak=weak,
        pack={"id": pack.id, "version": pack.version},
        proposals=[_describe(each) for each in proposals],
    )


def facts_of(words: PatentWords) -> dict[str, Any]:
    """What was said of a patent, by the names of the grounds' facts."""
    return words.model_dump(exclude={"number"})


def _describe(proposal: Proposal) -> ProposalAnswer:
    measure = proposal.measure
    return ProposalAnswer(
        code=measure.code,
        label=measure.label.zh,
        label_en=measure.label.en,
        standing=proposal.standing,
        text=measure.text.zh,
        text_en=measure.text.en,
        clause=measure.clause,
        verified=measure.verified,
        missing=list(proposal.missing),
        shares={name: str(share) for name, share in measure.shares.items()},
        patents=[_describe_patent(each) for each in proposal.patents],
    )


def _describe_patent(check: PatentCheck) -> PatentAnswer:
    return PatentAnswer(
        number=check.number,
        standing=check.standing,
        against=[_describe_ground(each) for each in check.against],
        unknown=[_describe_ground(each) for each in check.unknown],
    )


def _describe_ground(ground: Ground) -> GroundAnswer:
    return GroundAnswer(
        code=ground.code, fact=ground.fact, text=ground.text.zh, text_en=ground.text.en
    )
