"""The access log on the wire."""

from datetime import datetime

from pydantic import Field

from kit.schemas import AnswerModel
from services.credit.rules.anchors import Anchored
from services.credit.rules.chain import Break
from services.credit.tables import AccessEntry


class LookingInstitution(AnswerModel):
    """Who looked."""

    uscc: str
    name: str


class AccessEntryAnswer(AnswerModel):
    """查询记录: one look or one refusal."""

    id: str
    seq: int = Field(description="its place in the enterprise's chain, from 1")
    at: datetime
    institution: LookingInstitution
    client: str
    purpose: str
    consent_id: str | None
    outcome: str = Field(description="disclosed | refused")
    reason: str | None = Field(description="why it was refused, or `read_again`")
    categories: list[str]
    fields: list[str] = Field(description="catalogue items whose facts were used")
    inquiry_id: str | None
    case_id: str | None
    previous_hash: str
    hash: str


class BrokenEntry(AnswerModel):
    """The first entry that does not hold."""

    uscc: str
    seq: int
    entry_id: str | None
    why: str = Field(
        description="changed_entry | missing_entry | forged_entry | cut_tail | added_entry |"
        " changed_head | no_head | not_as_anchored"
    )


class AnchorsAnswer(AnswerModel):
    """锚定: heads noted outside the database. Keep the hash: a shorter file is a cut one."""

    lines: int
    last_at: str | None
    last_hash: str
    broken_at: int | None = Field(description="the first line that does not hold, or null")


class VerificationAnswer(AnswerModel):
    """Whether the access log is whole."""

    entries: int
    ok: bool
    first_broken: BrokenEntry | None
    anchors: AnchorsAnswer


def describe_entry(entry: AccessEntry) -> AccessEntryAnswer:
    """One entry as the enterprise sees it."""
    return AccessEntryAnswer(
        id=entry.id,
        seq=entry.seq,
        at=entry.at,
        institution=LookingInstitution(uscc=entry.institution_uscc, name=entry.institution_name),
        client=entry.client_id,
        purpose=entry.purpose,
        consent_id=entry.consent_id,
        outcome=entry.outcome,
        reason=entry.reason,
        categories=entry.categories,
        fields=entry.fields,
        inquiry_id=entry.inquiry_id,
        case_id=entry.case_id,
        previous_hash=entry.previous,
        hash=entry.seal,
    )


def describe_break(broken: Break) -> BrokenEntry:
    """A break as it is answered."""
    return BrokenEntry(uscc=broken.uscc, seq=broken.seq, entry_id=broken.entry_id, why=broken.why)


def describe_anchors(anchored: Anchored) -> AnchorsAnswer:
    """The file of anchors in four numbers."""
    return AnchorsAnswer(
        lines=anchored.lines,
        last_at=anchored.last_at,
        last_hash=anchored.last_hash,
        broken_at=anchored.broken_at,
    )
