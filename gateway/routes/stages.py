"""环节、路径、理由与机构."""

from typing import Annotated

from gateway.rules.stages import Stage
from gateway.schemas.plans import PlanAnswer
from gateway.schemas.stages import (
    InstitutionAnswer,
    InstitutionChangeList,
    InstitutionList,
    InstitutionRequest,
    ReasonCodeList,
    StageList,
)
from gateway.usecases import stages
from kit.auth import Caller, Principal, Role, allow
from kit.http import HouseRouter, Read, Write
from kit.identifiers import Uscc
from kit.pages import Page

router = HouseRouter(prefix="/v1", tags=["stages"])


@router.get("/stages", summary="六个环节 · The six stages, in order")
async def list_stages() -> StageList:
    """Their names, meaning, and who may decide."""
    return stages.show_stages()


@router.get("/case-plans", summary="标准办理路径 · The stock plans")
def list_plans(session: Read) -> Page[PlanAnswer]:
    """Six ways from 信 to 易, and what the bureau composed; an own one may be given, too."""
    return Page(items=stages.show_plans(session))


@router.get("/reason-codes", summary="理由代码 · The published reasons")
async def list_reason_codes() -> ReasonCodeList:
    """Why a stage may be refused, and why a case may be closed."""
    return stages.show_reason_codes()


@router.get("/institutions", summary="承办机构 · Who holds which stage")
def list_institutions(
    session: Read, _caller: Caller, stage: Stage | None = None
) -> InstitutionList:
    """Default holders first."""
    return stages.show_institutions(session, stage)


@router.put("/institutions/{stage}/{uscc}", summary="登记承办机构 · Enter who may hold a stage")
def put_institution(
    stage: Stage,
    uscc: Uscc,
    body: InstitutionRequest,
    session: Write,
    caller: Annotated[Principal, allow(Role.OFFICER)],
) -> InstitutionAnswer:
    """New cases may be given to it; a new default takes those whose plan names nobody."""
    return stages.name_institution(session, caller, stage, uscc, body)


@router.get(
    "/institutions/{stage}/{uscc}/changes", summary="承办机构变更记录 · Who said what of a holder"
)
def list_institution_changes(
    stage: Stage,
    uscc: Uscc,
    session: Read,
    _caller: Annotated[Principal, allow(Role.OFFICER, Role.AUDITOR)],
) -> InstitutionChangeList:
    """Oldest first, with who, when and why."""
    return stages.show_institution_changes(session, stage, uscc)
