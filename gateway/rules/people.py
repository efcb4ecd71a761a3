"""People at a track: claiming and handing on, maker ≠ checker, no appraiser related to the payer.

claimed_by_another      somebody else of the organisation has claimed the track
not_claimed             only who has claimed a track hands it on or lets it go
second_person_required  经办 and 复核 are two people where the institution says so
appraiser_related       an appraiser may not be a related party of the lender or the investor
notice_given_once       what is missing is told once, and all of it (一次性告知)
"""

from datetime import date, datetime

from gateway.rules.cases import Case, Track
from gateway.rules.ledger import Actor, EventKind
from gateway.rules.orders import Order, Outside
from gateway.rules.refusals import refuse, require_open
from gateway.rules.stages import DECISIONS, FAVOURABLE, SETTLED, STAGES, Stage, TrackState
from gateway.rules.story import Story, go_on
from kit.text import Text

_JUDGED = DECISIONS - {TrackState.WAIVED}
_PAYERS = (Stage.LOAN, Stage.INVESTMENT)
_TAKEN_ON = frozenset({TrackState.IN_PROGRESS, TrackState.SUBMITTED}) | FAVOURABLE


def check_people(
    case: Case, track: Track, order: Order, outside: Outside, actor: Actor, on: date
) -> None:
    """Refuse what this person may not do at this track."""
    _check_notice(case, track, order, on)
    if actor.uscc == track.holder.uscc:
        _check_claim(case, track, order, actor, on)
        _check_four_eyes(case, track, order, outside, actor, on)
    _check_relations(case, track, order, outside, on)


def claim_track(case: Case, track: Track, actor: Actor, at: datetime, on: date) -> Story:
    """领办: from now on one person works on the track; nothing happens where it does already."""
    _require_work(case, track, on)
    if track.claimed_by not in (None, actor.client_id):
        raise _claimed(case, track, on)
    if track.claimed_by is not None:
        return go_on(case, actor, at, on)
    return _tell(case, track, EventKind.TRACK_CLAIMED, actor, at, on, actor.client_id, None)


def release_track(
    case: Case, track: Track, reason: str | None, actor: Actor, at: datetime, on: date
) -> Story:
    """退回待领: anybody of the organisation may claim the track again."""
    _require_claim(case, track, actor, on)
    return _tell(case, track, EventKind.TRACK_RELEASED, actor, at, on, None, reason)


def delegate_track(
    case: Case, track: Track, to: str, reason: str, actor: Actor, at: datetime, on: date
) -> Story:
    """转办: hand a claimed track to a colleague, with the reason."""
    _require_claim(case, track, actor, on)
    return _tell(case, track, EventKind.TRACK_DELEGATED, actor, at, on, to, reason)


def _tell(
    case: Case,
    track: Track,
    kind: EventKind,
    actor: Actor,
    at: datetime,
    on: date,
    claimed_by: str | None,
    reason: str | None,
) -> Story:
    story = go_on(case, actor, at, on)
    story.tell(kind, track_id=track.id, reason=reason, claimed_by=claimed_by)
    return story


def _require_work(case: Case, track: Track, on: date) -> None:
    require_open(case, on)
    if track.superseded or track.state in SETTLED:
        raise refuse(
            case,
            on,
            "act_not_allowed",
            Text("该环节已办结或已被替代", "this track is settled or was replaced"),
        )


def _require_claim(case: Case, track: Track, actor: Actor, on: date) -> None:
    _require_work(case, track, on)
    if track.claimed_by != actor.client_id:
        raise refuse(
            case,
            on,
            "not_claimed",
            Text("只有经办人可以转办或退回", "only who has claimed the track may hand it on"),
            claimed_by=track.claimed_by,
        )


def _check_claim(case: Case, track: Track, order: Order, actor: Actor, on: date) -> None:
    """A claimed track is worked on by one person; a colleague may check what it submitted."""
    checks = order.outcome in DECISIONS and track.state in (
        TrackState.SUBMITTED,
        TrackState.CONDITIONALLY_APPROVED,
    )
    if track.claimed_by not in (None, actor.client_id) and not checks:
        raise _claimed(case, track, on)


def _check_four_eyes(
    case: Case, track: Track, order: Order, outside: Outside, actor: Actor, on: date
) -> None:
    if not outside.four_eyes or order.outcome not in _JUDGED:
        return
    maker = track.made_by or track.claimed_by
    submitted = track.state in (TrackState.SUBMITTED, TrackState.CONDITIONALLY_APPROVED)
    if not submitted or maker in (None, actor.client_id):
        raise refuse(
            case,
            on,
            "second_person_required",
            Text(
                "经办与复核须为两人：先由经办人提交，再由另一人决定",
                "maker and checker are two people: one submits, another one decides",
            ),
            made_by=maker,
        )


def _check_relations(case: Case, track: Track, order: Order, outside: Outside, on: date) -> None:
    if not outside.related or order.outcome not in _TAKEN_ON:
        return
    for appraiser, payer in _list_pairs(case, track):
        if {appraiser.holder.uscc, payer.holder.uscc} in outside.related:
            raise refuse(
                case,
                on,
                "appraiser_related",
                Text(
                    f"评估机构「{appraiser.holder.name}」与{STAGES[payer.stage].zh}方"
                    f"「{payer.holder.name}」存在关联关系，须回避",
                    f"the appraiser {appraiser.holder.name} is a related party of"
                    f" {payer.holder.name} and may not appraise here",
                ),
                related=[appraiser.holder.uscc, payer.holder.uscc],
            )


def _list_pairs(case: Case, track: Track) -> list[tuple[Track, Track]]:
    """This appraiser with each who would pay, or this payer with each who appraised."""
    if track.stage is Stage.EVALUATION:
        return [(track, payer) for stage in _PAYERS for payer in case.list_live_tracks(stage)]
    if track.stage in _PAYERS:
        appraisers = case.list_live_tracks(Stage.EVALUATION)
        return [(one, track) for one in appraisers if one.state in FAVOURABLE]
    return []


def _check_notice(case: Case, track: Track, order: Order, on: date) -> None:
    if order.outcome is not TrackState.INFO_REQUESTED or not track.notice:
        return
    new = [item for item in order.items if item not in track.notice]
    if new:
        raise refuse(
            case,
            on,
            "notice_given_once",
            Text(
                "补正内容须一次性告知：" + "、".join(new) + " 不在首次告知之列",
                "what is missing is told once: " + ", ".join(new) + " was not in the notice",
            ),
            notice=list(track.notice),
        )


def _claimed(case: Case, track: Track, on: date) -> Exception:
    return refuse(
        case,
        on,
        "claimed_by_another",
        Text(
            f"该环节已由 {track.claimed_by} 领办，可请其转办",
            f"{track.claimed_by} has claimed this track; ask for it to be handed on",
        ),
        claimed_by=track.claimed_by,
    )
