"""授权: who may be told what, why, until when, how often.

    requested ──granted──▶ granted ──revoked────▶ revoked     (by the enterprise)
        │                     ├─────given_up───▶ given_up    (by the institution)
        ├──declined─▶ declined├─────suspended──▶ suspended   (by the authority)
        └──lapsed───▶ lapsed  ├─────expired────▶ expired     (by the clock)
                              └─────superseded─▶ superseded  (by a newer consent)

    suspended ──resumed──▶ granted (by the authority)

A suspended consent can still be revoked, given up, superseded or run out. All other states are
ends. Reads are limited in all and, where the consent says so, by the day in Jinan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kit.errors import Forbidden, RuleBroken
from kit.text import Text


class ConsentState(StrEnum):
    """待确认 / 已授权 / 已拒绝 / 已失效 / 已撤销 / 已放弃 / 已中止 / 已到期 / 已被替代."""

    REQUESTED = "requested"
    GRANTED = "granted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class ConsentScope(StrEnum):
    """评分 (score and dimensions alone) / 摘要 (points, no values given with consent) / 明细."""

    PROFILE = "profile"
    SUMMARY = "summary"
    DETAIL = "detail"


class ConsentAct(StrEnum):
    """What can be done to a consent; each is called by the state it leads to, but `resumed`."""

    GRANTED = "granted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    RESUMED = "resumed"


class Party(StrEnum):
    """Who does it: the enterprise, the institution, the authority, the clock, a newer consent."""

    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    AUTHORITY = "authority"
    CLOCK = "clock"
    SUCCESSOR = "successor"


OPEN_ACTS: Mapping[ConsentState, frozenset[ConsentAct]] = {
    ConsentState.REQUESTED: frozenset({ConsentAct.GRANTED, ConsentAct.DECLINED, ConsentAct.LAPSED}),
    ConsentState.GRANTED: frozenset(
        {
            ConsentAct.REVOKED,
            ConsentAct.GIVEN_UP,
            ConsentAct.SUSPENDED,
            ConsentAct.EXPIRED,
            ConsentAct.SUPERSEDED,
        }
    ),
    ConsentState.SUSPENDED: frozenset(
        {
            ConsentAct.RESUMED,
            ConsentAct.REVOKED,
            ConsentAct.GIVEN_UP,
            ConsentAct.EXPIRED,
            ConsentAct.SUPERSEDED,
        }
    ),
    ConsentState.DECLINED: frozenset(),
    ConsentState.LAPSED: frozenset(),
    ConsentState.REVOKED: frozenset(),
    ConsentState.GIVEN_UP: frozenset(),
    ConsentState.EXPIRED: frozenset(),
    ConsentState.SUPERSEDED: frozenset(),
}

PARTY_OF: Mapping[ConsentAct, Party] = {
    ConsentAct.GRANTED: Party.ENTERPRISE,
    ConsentAct.DECLINED: Party.ENTERPRISE,
    ConsentAct.REVOKED: Party.ENTERPRISE,
    ConsentAct.GIVEN_UP: Party.INSTITUTION,
    ConsentAct.SUSPENDED: Party.AUTHORITY,
    ConsentAct.RESUMED: Party.AUTHORITY,
    ConsentAct.LAPSED: Party.CLOCK,
    ConsentAct.EXPIRED: Party.CLOCK,
    ConsentAct.SUPERSEDED: Party.SUCCESSOR,
}

_PARTY_NAMES: Mapping[Party, Text] = {
    Party.ENTERPRISE: Text("被查询企业", "the enterprise"),
    Party.INSTITUTION: Text("申请授权的机构", "the institution that asked"),
    Party.AUTHORITY: Text("主管部门", "the authority"),
    Party.CLOCK: Text("系统时钟", "the clock"),
    Party.SUCCESSOR: Text("新的授权", "a newer consent"),
}


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """授权 as the rules see it."""

    uscc: str
    institution_uscc: str
    purpose: str
    state: ConsentState
    valid_until: datetime
    answer_by: datetime
    max_reads: int
    reads_used: int
    max_reads_per_day: int | None = None
    reads_on: date | None = None
    reads_that_day: int = 0
    valid_from: datetime | None = None


class RefusalReason(StrEnum):
    """Why a look is refused; stands in the answer and in the access log."""

    NO_CONSENT = "no_consent"
    UNKNOWN_CONSENT = "unknown_consent"
    OTHER_INSTITUTION = "other_institution"
    OTHER_ENTERPRISE = "other_enterprise"
    OTHER_PURPOSE = "other_purpose"
    NOT_YET_GRANTED = "not_yet_granted"
    NOT_YET_VALID = "not_yet_valid"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    USED_UP = "used_up"
    USED_UP_TODAY = "used_up_today"


REFUSAL_TEXTS: Mapping[RefusalReason, Text] = {
    RefusalReason.NO_CONSENT: Text(
        "查询须引用企业的授权；请先发起授权申请并由企业确认",
        "a look needs the enterprise's consent; ask for one and name it as consent_id",
    ),
    RefusalReason.UNKNOWN_CONSENT: Text("没有这份授权", "there is no such consent"),
    RefusalReason.OTHER_INSTITUTION: Text(
        "没有属于本机构的这份授权", "there is no such consent for your institution"
    ),
    RefusalReason.OTHER_ENTERPRISE: Text(
        "这份授权不是该企业给出的", "this consent is about another enterprise"
    ),
    RefusalReason.OTHER_PURPOSE: Text(
        "查询用途与授权用途不一致", "the consent was given for another purpose"
    ),
    RefusalReason.NOT_YET_GRANTED: Text(
        "企业尚未确认授权", "the enterprise has not granted the consent yet"
    ),
    RefusalReason.NOT_YET_VALID: Text(
        "授权尚未到生效时间", "the consent has not begun to hold yet"
    ),
    RefusalReason.DECLINED: Text("企业已拒绝授权", "the enterprise declined the consent"),
    RefusalReason.LAPSED: Text(
        "企业未在期限内答复，申请已失效", "the request lapsed without an answer"
    ),
    RefusalReason.REVOKED: Text("企业已撤销授权", "the enterprise revoked the consent"),
    RefusalReason.GIVEN_UP: Text("机构已放弃授权", "the institution gave the consent up"),
    RefusalReason.SUSPENDED: Text("主管部门已中止授权", "the authority suspended the consent"),
    RefusalReason.EXPIRED: Text("授权已到期", "the consent has expired"),
    RefusalReason.SUPERSEDED: Text(
        "授权已被新的授权替代", "the consent was replaced by a newer one"
    ),
    RefusalReason.USED_UP: Text(
        "授权的查询次数已用完", "all reads that the consent allowed are used"
    ),
    RefusalReason.USED_UP_TODAY: Text(
        "授权的当日查询次数已用完，请明日再查",
        "all reads that the consent allows a day are used; try again tomorrow",
    ),
}

_REFUSED_STATES: Mapping[ConsentState, RefusalReason] = {
    ConsentState.REQUESTED: RefusalReason.NOT_YET_GRANTED,
    ConsentState.DECLINED: RefusalReason.DECLINED,
    ConsentState.LAPSED: RefusalReason.LAPSED,
    ConsentState.REVOKED: RefusalReason.REVOKED,
    ConsentState.GIVEN_UP: RefusalReason.GIVEN_UP,
    ConsentState.SUSPENDED: RefusalReason.SUSPENDED,
    ConsentState.EXPIRED: RefusalReason.EXPIRED,
    ConsentState.SUPERSEDED: RefusalReason.SUPERSEDED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a look is allowed; `reason` is None when it is."""

    allowed: bool
    reason: RefusalReason | None = None

    @property
    def text(self) -> Text:
        return Text("", "") if self.reason is None else REFUSAL_TEXTS[self.reason]


def state_at(terms: ConsentTerms, at: datetime) -> ConsentState:
    """The state at an instant, the clock included: lapses and expiries need no timer."""
    if terms.state is ConsentState.REQUESTED and at >= min(terms.answer_by, terms.valid_until):
        return ConsentState.LAPSED
    runs = terms.state in (ConsentState.GRANTED, ConsentState.SUSPENDED)
    return ConsentState.EXPIRED if runs and at >= terms.valid_until else terms.state


def check_consent(
    terms: ConsentTerms | None, institution: str, uscc: str, purpose: str, at: datetime
) -> Decision:
    """May this institution look at this enterprise for this purpose now (`at` in Jinan's time)?"""
    if terms is None:
        return Decision(False, RefusalReason.UNKNOWN_CONSENT)
    if terms.institution_uscc != institution:
        return Decision(False, RefusalReason.OTHER_INSTITUTION)
    if terms.uscc != uscc:
        return Decision(False, RefusalReason.OTHER_ENTERPRISE)
    again = check_again(terms, at)
    if not again.allowed:
        return again
    if terms.purpose != purpose:
        return Decision(False, RefusalReason.OTHER_PURPOSE)
    if terms.reads_used >= terms.max_reads:
        return Decision(False, RefusalReason.USED_UP)
    limit = terms.max_reads_per_day
    if limit is not None and count_reads_of(terms, at.date()) >= limit:
        return Decision(False, RefusalReason.USED_UP_TODAY)
    return Decision(True)


def count_reads_of(terms: ConsentTerms, day: date) -> int:
    """The reads of a day: the count belongs to the day on which it was last raised."""
    return terms.reads_that_day if terms.reads_on == day else 0


def keep_until(asked_on: date, keep_days: int | None) -> date | None:
    """The last day on which the institution may keep an answer; None where nothing was said."""
    return None if keep_days is None else asked_on + timedelta(days=keep_days)


def check_again(terms: ConsentTerms | None, at: datetime) -> Decision:
    """May an answer be read again? Only while the consent stands; the count does not matter."""
    if terms is None:
        return Decision(False, RefusalReason.UNKNOWN_CONSENT)
    state = state_at(terms, at)
    if state is not ConsentState.GRANTED:
        return Decision(False, _REFUSED_STATES[state])
    if terms.valid_from is not None and at < terms.valid_from:
        return Decision(False, RefusalReason.NOT_YET_VALID)
    return Decision(True)


def check_standing(terms: ConsentTerms, at: datetime) -> bool:
    """Whether a consent stands, whatever its purpose and its count of reads."""
    return check_again(terms, at).allowed


def check_party(act: ConsentAct, parties: frozenset[Party]) -> None:
    """Refuse an act that belongs to another party."""
    if PARTY_OF[act] not in parties:
        who = _PARTY_NAMES[PARTY_OF[act]]
        raise Forbidden(
            "wrong_party",
            Text(f"只有{who.zh}可以作出「{act}」", f"only {who.en} can decide {act.value!r}"),
        )


def take_step(
    terms: ConsentTerms, act: ConsentAct, parties: frozenset[Party], at: datetime
) -> ConsentState:
    """The state an act leads to; a step that is not open is refused with those that are."""
    check_party(act, parties)
    state = state_at(terms, at)
    if act not in OPEN_ACTS[state]:
        raise RuleBroken(
            "step_not_open",
            Text(
                f"授权现为「{state}」，不能作出「{act}」",
                f"the consent is {state.value}, it cannot be {act.value} now",
            ),
            state=state.value,
            allowed=list_open_acts(state, parties),
        )
    return ConsentState.GRANTED if act is ConsentAct.RESUMED else ConsentState(act.value)


def list_open_acts(state: ConsentState, parties: frozenset[Party]) -> list[str]:
    """What these parties may do in a state, by name."""
    return sorted(act.value for act in OPEN_ACTS[state] if PARTY_OF[act] in parties)
