"""What anyone may read: the stages, the stock plans, the reasons, who holds what."""

from dataclasses import asdict

from gateway.rules.stages import STAGES, Stage, TrackState
from gateway.schemas.plans import PlanAnswer, describe_plan
from gateway.schemas.stages import (
    InstitutionAnswer,
    InstitutionChangeAnswer,
    InstitutionChangeList,
    InstitutionList,
    InstitutionRequest,
    ReasonCodeAnswer,
    ReasonCodeList,
    StageInfoAnswer,
    StageList,
)
from gateway.store import packs
from gateway.store.institutions import (
    add_change,
    list_changes,
    list_institutions,
    put_institution,
)
from gateway.usecases.cases import actor_of
from gateway.usecases.plans import list_plans
from kit.auth import Principal
from kit.db import ReadSession, WriteSession
from kit.errors import invalid
from kit.text import Text


def show_stages() -> StageList:
    """The six, in order."""
    terms = packs.list_terms()
    items = [
        StageInfoAnswer(
            stage=info.stage,
            order=place,
            zh=info.zh,
            name_zh=info.name.zh,
            name_en=info.name.en,
            meaning_zh=info.meaning.zh,
            meaning_en=info.meaning.en,
            decided_by=list(info.deciders),
            may_be_waived=info.may_be_waived,
            decide_within_working_days=terms[info.stage],
            outcomes=_outcomes(may_be_waived=info.may_be_waived),
        )
        for place, info in enumerate(STAGES.values(), start=1)
    ]
    return StageList(items=items)


def show_plans(session: ReadSession) -> list[PlanAnswer]:
    """The stock plans and the bureau's own, each in the version that counts."""
    return [describe_plan(plan) for plan in list_plans(session)]


def show_reason_codes() -> ReasonCodeList:
    """Why a stage may be refused, and why a case may be closed."""
    published = (("reject", packs.list_reject_reasons()), ("close", packs.list_close_reasons()))
    items = [
        ReasonCodeAnswer(
            code=one.code, act=act, zh=one.title.zh, en=one.title.en, stages=list(one.stages)
        )
        for act, reasons in published
        for one in reasons
    ]
    return ReasonCodeList(items=items)


def show_institutions(session: ReadSession, stage: Stage | None) -> InstitutionList:
    """Who holds which stage."""
    items = [
        InstitutionAnswer(
            stage=Stage(row.stage),
            role=row.role,
            uscc=row.uscc,
            name=row.name,
            is_default=row.is_default,
            four_eyes=row.four_eyes,
        )
        for row in list_institutions(session, stage)
    ]
    return InstitutionList(items=items)


def show_institution_changes(
    session: ReadSession, stage: Stage, uscc: str
) -> InstitutionChangeList:
    """Who said what of an institution at a stage, when and why."""
    return InstitutionChangeList(
        items=[
            InstitutionChangeAnswer(
                body=line.body, actor=line.actor, reason=line.reason, at=line.at
            )
            for line in list_changes(session, stage, uscc)
        ]
    )


def name_institution(
    session: WriteSession,
    caller: Principal,
    stage: Stage,
    uscc: str,
    request: InstitutionRequest,
) -> InstitutionAnswer:
    """登记承办机构: from now on cases may be given to it at this stage."""
    deciders = STAGES[stage].deciders
    if request.role.value not in deciders:
        raise invalid(
            "/role",
            "role_not_for_stage",
            Text(
                f"环节「{STAGES[stage].zh}」由以下角色承办：{'、'.join(deciders)}",
                f"the stage {stage.value} is decided by: {', '.join(deciders)}",
            ),
        )
    told = request.model_dump(mode="json", exclude={"reason"})
    values = {"stage": stage.value, "uscc": uscc, **told}
    put_institution(session, values)
    add_change(session, values, asdict(actor_of(caller, caller.uscc)), request.reason)
    return InstitutionAnswer(stage=stage, uscc=uscc, **told)


def _outcomes(*, may_be_waived: bool) -> list[str]:
    unsaid = {TrackState.PLANNED, TrackState.READY}
    if not may_be_waived:
        unsaid.add(TrackState.WAIVED)
    return [state.value for state in TrackState if state not in unsaid]
