"""Technology demands (技术需求): an enterprise asks, science answers (企业出题、科技界答题).

```
draft ──publish──▶ published ──publish_call──▶ bidding ──end_bidding──▶ review ──award──▶ awarded
  ▲                    │                                                                    │ start
  └──────revise────────┤                                                                    ▼
                       └──close──▶ closed                        accepted ◀──accept── milestones

draft, published, bidding ──withdraw──▶ withdrawn
bidding, review, awarded, milestones ──fail──▶ failed
```

`accepted`, `failed`, `withdrawn` and `closed` are ends. What a demand says is changed only while
it is a draft; `revise` takes a published one back.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kit.errors import Fault, RuleBroken
from kit.identifiers import IdentifierError, check_uscc
from kit.text import Text
from services.achievements.rules.achievements import TransferWay
from services.achievements.rules.steps import Steps
from services.achievements.rules.text import normalise_title
from services.achievements.rules.visibility import Visibility


class DemandState(StrEnum):
    """技术需求状态"""

    DRAFT = "draft"
    PUBLISHED = "published"
    BIDDING = "bidding"
    REVIEW = "review"
    AWARDED = "awarded"
    MILESTONES = "milestones"
    ACCEPTED = "accepted"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class DemandAct(StrEnum):
    """发布、收回修改、张榜、截榜、定榜、启动、验收、失败、撤回、了结"""

    PUBLISH = "published"
    REVISE = "revised"
    PUBLISH_CALL = "call_published"
    END_BIDDING = "bidding_ended"
    AWARD = "awarded"
    START = "started"
    ACCEPT = "accepted"
    FAIL = "failed"
    WITHDRAW = "withdrawn"
    CLOSE = "closed"


class Confidentiality(StrEnum):
    """公开程度：公开、会员可见、仅受邀单位可见"""

    PUBLIC = "public"
    MEMBERS = "members"
    INVITED = "invited"


DEMAND_STEPS: Steps[DemandState, DemandAct] = Steps(
    noun=Text("需求", "demand"),
    code="demand_step_not_open",
    table={
        (DemandState.DRAFT, DemandAct.PUBLISH): DemandState.PUBLISHED,
        (DemandState.DRAFT, DemandAct.WITHDRAW): DemandState.WITHDRAWN,
        (DemandState.PUBLISHED, DemandAct.REVISE): DemandState.DRAFT,
        (DemandState.PUBLISHED, DemandAct.PUBLISH_CALL): DemandState.BIDDING,
        (DemandState.PUBLISHED, DemandAct.CLOSE): DemandState.CLOSED,
        (DemandState.PUBLISHED, DemandAct.WITHDRAW): DemandState.WITHDRAWN,
        (DemandState.BIDDING, DemandAct.END_BIDDING): DemandState.REVIEW,
        (DemandState.BIDDING, DemandAct.FAIL): DemandState.FAILED,
        (DemandState.BIDDING, DemandAct.WITHDRAW): DemandState.WITHDRAWN,
        (DemandState.REVIEW, DemandAct.AWARD): DemandState.AWARDED,
        (DemandState.REVIEW, DemandAct.FAIL): DemandState.FAILED,
        (DemandState.AWARDED, DemandAct.START): DemandState.MILESTONES,
        (DemandState.AWARDED, DemandAct.FAIL): DemandState.FAILED,
        (DemandState.MILESTONES, DemandAct.ACCEPT): DemandState.ACCEPTED,
        (DemandState.MILESTONES, DemandAct.FAIL): DemandState.FAILED,
    },
    names={
        DemandState.DRAFT: "草稿",
        DemandState.PUBLISHED: "已发布",
        DemandState.BIDDING: "揭榜中",
        DemandState.REVIEW: "评审中",
        DemandState.AWARDED: "已定榜",
        DemandState.MILESTONES: "攻关中",
        DemandState.ACCEPTED: "已验收",
        DemandState.FAILED: "未成功",
        DemandState.WITHDRAWN: "已撤回",
        DemandState.CLOSED: "已了结",
    },
)

OPEN_STATES = (DemandState.PUBLISHED, DemandState.BIDDING)
"""States in which an answer is looked for."""

NEED_REASON = frozenset({DemandAct.FAIL, DemandAct.WITHDRAW, DemandAct.CLOSE})
"""Whoever ends a demand says why."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """一项指标：名称与要求"""

    name: str
    target: str


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """一项技术需求的内容; the field names are those of the wire and of the table."""

    source_id: str
    title: str
    problem: str
    field: str | None = None
    industry: str | None = None
    keywords: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    trl_wanted: int | None = None
    budget_yuan: Decimal | None = None
    term_months: int | None = None
    district: str | None = None
    ways: tuple[TransferWay, ...] = ()
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    invited: tuple[str, ...] = ()


def refuse_settled(state: DemandState) -> RuleBroken:
    """What a demand says is changed only while it is a draft."""
    message = Text(
        f"需求{DEMAND_STEPS.names[state]}，内容只能在草稿时修改；尚未张榜的可先收回（revised）",
        f"the demand is {state}; its content changes only in a draft,"
        " and before a call it can be taken back (revised)",
    )
    allowed = [act.value for act in DEMAND_STEPS.open_acts(state)]
    return RuleBroken("demand_not_draft", message, state=state.value, allowed=allowed)


def date_publication(act: DemandAct, published_on: date | None, on: date) -> date | None:
    """The day of publication after an act; what is taken back to be revised is unpublished."""
    if act is DemandAct.PUBLISH:
        return on
    return None if act is DemandAct.REVISE else published_on


def visibility_of(published_on: date | None, confidentiality: Confidentiality) -> Visibility:
    """Who besides its owner, the bureau and the invited may see a demand; nobody before it is
    published, nor if it is withdrawn as a draft.
    """
    if published_on is None or confidentiality is Confidentiality.INVITED:
        return Visibility.PRIVATE
    return Visibility(confidentiality.value)


def judge_demand(facts: DemandFacts) -> list[Fault]:
    """What is wrong with a demand that can be read; empty where nothing is."""
    faults: list[Fault] = []
    if not normalise_title(facts.title):
        message = Text("需求名称没有文字", "the title holds no word")
        faults.append(Fault("/title", "title_empty", message))
    for place, uscc in enumerate(facts.invited):
        try:
            check_uscc(uscc)
        except IdentifierError as error:
            faults.append(Fault(f"/invited/{place}", error.code, error.detail))
    if facts.confidentiality is Confidentiality.INVITED and not facts.invited:
        message = Text(
            "仅受邀可见的需求须列出受邀单位", "a demand by invitation names who is invited"
        )
        faults.append(Fault("/invited", "invited_missing", message))
    if facts.confidentiality is not Confidentiality.INVITED and facts.invited:
        message = Text(
            "只有仅受邀可见的需求才列出受邀单位", "only a demand by invitation names who is invited"
        )
        faults.append(Fault("/invited", "invited_needless", message))
    return faults


def searchable_text(facts: DemandFacts) -> list[tuple[str, int]]:
    """The texts a demand is found by, each with its weight."""
    indicators = " ".join(f"{one.name} {one.target}" for one in facts.indicators)
    return [
        (facts.title, 2),
        (facts.problem, 1),
        (" ".join(facts.keywords), 1),
        (indicators, 1),
    ]
