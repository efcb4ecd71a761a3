"""Cases as plain JSON: plans, tracks, results and records as events and rows carry them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from gateway.rules.cases import (
    Condition,
    CreditResult,
    Enhancement,
    Holder,
    PlanProposal,
    Track,
    TradeRecord,
)
from gateway.rules.ledger import Json
from gateway.rules.plans import Plan, PlanStep, Requirement
from gateway.rules.stages import Stage
from kit.text import Text

Packed = Mapping[str, Json]


def pack_plan(plan: Plan) -> dict[str, Json]:
    """A plan as JSON."""
    return {
        "id": plan.id,
        "version": plan.version,
        "title": {"zh": plan.title.zh, "en": plan.title.en},
        "steps": [
            {
                "stage": step.stage.value,
                "after": [stage.value for stage in step.after],
                "need": step.need,
                "requirement": step.requirement.value,
                "holders": list(step.holders),
                "quorum": step.quorum,
            }
            for step in plan.steps
        ],
    }


def unpack_plan(data: Packed) -> Plan:
    """A plan from its JSON."""
    title = read_mapping(data["title"])
    steps = tuple(_unpack_step(read_mapping(step)) for step in read_list(data["steps"]))
    return Plan(
        id=read_text(data["id"]),
        title=Text(read_text(title["zh"]), read_text(title["en"])),
        steps=steps,
        version=read_number(data["version"]),
    )


def _unpack_step(data: Packed) -> PlanStep:
    return PlanStep(
        stage=Stage(read_text(data["stage"])),
        after=tuple(Stage(read_text(stage)) for stage in read_list(data["after"])),
        need=None if data["need"] is None else read_number(data["need"]),
        requirement=Requirement(read_text(data["requirement"])),
        holders=tuple(read_text(uscc) for uscc in read_list(data["holders"])),
        quorum=None if data["quorum"] is None else read_number(data["quorum"]),
    )


def pack_tracks(tracks: Iterable[Track]) -> list[Json]:
    """New tracks as an opening or a plan change carries them."""
    return [
        {
            "id": track.id,
            "stage": track.stage.value,
            "holder": {
                "role": track.holder.role,
                "uscc": track.holder.uscc,
                "name": track.holder.name,
            },
            "supersedes": track.supersedes,
        }
        for track in tracks
    ]


def unpack_tracks(data: Json) -> tuple[Track, ...]:
    """New tracks from their JSON."""
    return tuple(_unpack_track(read_mapping(one)) for one in read_list(data))


def _unpack_track(data: Packed) -> Track:
    holder = read_mapping(data["holder"])
    return Track(
        id=read_text(data["id"]),
        stage=Stage(read_text(data["stage"])),
        holder=Holder(*(read_text(holder[name]) for name in ("role", "uscc", "name"))),
        supersedes=read_text_or_none(data["supersedes"]),
    )


def pack_conditions(conditions: Iterable[Condition]) -> list[Json]:
    """Conditions as JSON."""
    return [
        {"text": one.text, "stage": None if one.stage is None else one.stage.value}
        for one in conditions
    ]


def unpack_conditions(data: Json) -> tuple[Condition, ...]:
    """Conditions from their JSON; none from null."""
    return tuple(
        Condition(read_text(one["text"]), Stage(read_text(one["stage"])) if one["stage"] else None)
        for one in map(read_mapping, read_list(data or []))
    )


def pack_credit(credit: CreditResult) -> dict[str, Json]:
    """A credit result as JSON."""
    return {
        "result_id": credit.result_id,
        "score": credit.score,
        "grade": credit.grade,
        "is_weak": credit.is_weak,
        "valid_until": credit.valid_until.isoformat(),
        "consent_id": credit.consent_id,
    }


def unpack_credit(data: Packed) -> CreditResult:
    """A credit result from its JSON."""
    score = data["score"]
    return CreditResult(
        result_id=read_text_or_none(data["result_id"]),
        score=None if score is None else read_text(score),
        grade=read_text_or_none(data["grade"]),
        is_weak=data["is_weak"] is True,
        valid_until=read_day(data["valid_until"]),
        consent_id=read_text_or_none(data["consent_id"]),
    )


def pack_record(record: TradeRecord) -> dict[str, Json]:
    """A trade record as JSON."""
    return {
        "kind": record.kind,
        "contract_id": record.contract_id,
        "contract_number": record.contract_number,
        **({"details": dict(record.details)} if record.details else {}),
    }


def unpack_record(data: Packed) -> TradeRecord:
    """A trade record from its JSON."""
    return TradeRecord(
        read_text(data["kind"]),
        read_text_or_none(data["contract_id"]),
        read_text_or_none(data["contract_number"]),
        read_mapping_or_none(data.get("details")),
    )


def pack_proposal(proposal: PlanProposal) -> dict[str, Json]:
    """A plan that waits for approval, as JSON."""
    return {
        "plan": pack_plan(proposal.plan),
        "reason": proposal.reason,
        "made_by": proposal.made_by,
        "on": proposal.on.isoformat(),
    }


def unpack_proposal(data: Packed) -> PlanProposal:
    """A plan that waits for approval, from its JSON."""
    return PlanProposal(
        unpack_plan(read_mapping(data["plan"])),
        read_text_or_none(data["reason"]),
        read_text(data["made_by"]),
        read_day(data["on"]),
    )


def pack_enhancements(enhancements: Iterable[Enhancement]) -> list[Json]:
    """Enhancements as JSON."""
    return [
        {
            "way": one.way,
            "on": one.on.isoformat(),
            "reason": one.reason,
            "evidence": dict(one.evidence),
        }
        for one in enhancements
    ]


def unpack_enhancements(data: Json) -> tuple[Enhancement, ...]:
    """Enhancements from their JSON."""
    return tuple(
        Enhancement(
            read_text(one["way"]),
            read_day(one["on"]),
            read_text_or_none(one["reason"]),
            read_mapping(one["evidence"]),
        )
        for one in map(read_mapping, read_list(data or []))
    )


def read_text(value: Json) -> str:
    """A text that must be there."""
    return cast(str, value)


def read_text_or_none(value: Json) -> str | None:
    """A text or null."""
    return cast("str | None", value)


def read_number(value: Json) -> int:
    """A whole number."""
    return cast(int, value)


def read_day(value: Json) -> date:
    """A date in ISO 8601."""
    return date.fromisoformat(cast(str, value))


def read_list(value: Json) -> Sequence[Json]:
    """A list."""
    return cast("Sequence[Json]", value)


def read_mapping(value: Json) -> Packed:
    """An object."""
    return cast(Packed, value)


def read_mapping_or_none(value: Json) -> Packed | None:
    """An object or null."""
    return cast("Packed | None", value)
