"""Plans: choosing one for a case; composing, approving and rolling out the bureau's own ones."""

from collections.abc import Mapping, Sequence

from gateway.rules.cases import Holder
from gateway.rules.plans import OWN_PLAN, Plan, make_own_title, make_plan
from gateway.rules.stages import STAGES, Stage
from gateway.schemas.plans import OwnPlan
from gateway.store import packs
from gateway.store.institutions import find_default_holder, find_holder
from gateway.store.plans import list_approved_plans
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import Fault, InvalidInput, RuleBroken, invalid
from kit.text import Text

Session = ReadSession | WriteSession


def list_plans(session: Session) -> list[Plan]:
    """The stock plans, each in the version that was approved last, then the bureau's own."""
    approved = {plan.id: plan for plan in list_approved_plans(session)}
    stock = [approved.pop(plan.id, plan) for plan in packs.list_stock_plans()]
    return [*stock, *approved.values()]


def find_plan(session: Session, name: str) -> Plan | None:
    """A plan by its id or an alias, in the version that counts."""
    stock = packs.find_stock_plan(name)
    plan_id = name if stock is None else stock.id
    return next((one for one in list_approved_plans(session, plan_id)), stock)


def choose_plan(session: Session, wanted: str | OwnPlan) -> Plan:
    """A stock plan by name, or an own one after its check."""
    if isinstance(wanted, OwnPlan):
        draft = make_plan(OWN_PLAN, Text("自拟路径", "own plan"), wanted.read_groups())
        names = {stage: info.zh for stage, info in STAGES.items()}
        return Plan(OWN_PLAN, make_own_title(draft.steps, names), draft.steps)
    plan = find_plan(session, wanted)
    if plan is None:
        known = [one.id for one in list_plans(session)]
        raise InvalidInput(
            "plan_unknown",
            Text(f"没有办理路径「{wanted}」", f"there is no plan {wanted!r}"),
            faults=[
                Fault(
                    "/plan",
                    "plan_unknown",
                    Text("可用：" + "、".join(known), "known: " + ", ".join(known)),
                )
            ],
            known=known,
        )
    return plan


def find_holders(session: Session, plan: Plan) -> Mapping[Stage, Sequence[Holder]]:
    """Who takes each stage of a plan: those it names, else the usual one."""
    return {
        step.stage: find_stage_holders(session, step.stage, step.holders) for step in plan.steps
    }


def find_stage_holders(session: Session, stage: Stage, named: Sequence[str]) -> Sequence[Holder]:
    """Those who are named, if the directory lets them hold the stage; else its usual holder."""
    if not named:
        default = find_default_holder(session, stage)
        if default is None:
            raise RuleBroken(
                "no_holder",
                Text(
                    f"环节「{STAGES[stage].zh}」尚无承办机构，请先登记机构",
                    f"nobody holds the stage {stage.value} yet; enter an institution first",
                ),
                stage=stage.value,
            )
        return [default]
    found = [find_holder(session, stage, uscc) for uscc in dict.fromkeys(named)]
    if None in found:
        raise invalid(
            "/plan/stages",
            "holder_unknown",
            Text(
                f"所指定的机构未登记承办环节「{STAGES[stage].zh}」",
                f"an institution named here does not hold the stage {stage.value}",
            ),
        )
    return [holder for holder in found if holder is not None]


def make_ids(holders: Mapping[Stage, Sequence[Holder]]) -> list[str]:
    """An id for each track that the holders will have."""
    return [new_id() for at_stage in holders.values() for _ in at_stage]
