"""Random acts by random callers: whatever is tried, the law of the case holds.

Some in the suite; by hand `LIURONG_ROUNDS=100000 pytest -s` on this file. An act is tried as the
use cases try it: who may act, then what may be done.
"""

import os
import random
import sys
from datetime import timedelta

from gateway.rules.access import may_close_case, may_decide, may_see_case
from gateway.rules.cases import CaseState, Condition, CreditResult, Holder, Track, is_credit_current
from gateway.rules.decisions import (
    Opening,
    change_plan,
    close_case,
    decide_track,
    open_case,
    plan_tracks,
)
from gateway.rules.enhancements import Choice, choose_enhancement, needs_track
from gateway.rules.folding import replay_events
from gateway.rules.ledger import Actor, EventKind, find_first_broken
from gateway.rules.orders import Order, Outside
from gateway.rules.people import claim_track, delegate_track, release_track
from gateway.rules.plan_changes import approve_plan, propose_plan, refuse_plan
from gateway.rules.prospects import list_next_acts
from gateway.rules.stages import DECISIONS, FAVOURABLE, Stage, TrackState
from gateway.store.packs import list_stock_plans
from kit.errors import RuleBroken
from tests.unit.gateway.histories import AT, ON, RECORD, ROLES

ACTS = int(os.environ.get("LIURONG_ROUNDS", "1600"))
ACTS_OF_A_CASE = 40
BANKS = (Holder("bank", "uscc-bank", "甲行"), Holder("bank", "uscc-bank-2", "乙行"))
HOLDERS = {stage: (Holder(role, f"uscc-{role}", role),) for stage, role in ROLES.items()} | {
    Stage.LOAN: BANKS
}
CALLERS = [
    Actor(f"{holder.uscc}-{person}", holder.role, holder.uscc, holder.name)
    for holders in HOLDERS.values()
    for holder in holders
    for person in "ab"
] + [
    Actor("enterprise-a", "enterprise", "uscc-enterprise", "某公司"),
    Actor("stranger-a", "enterprise", "uscc-stranger", "别家公司"),
    Actor("auditor-a", "auditor", "uscc-auditor", "审计"),
]
OUTCOMES = [state for state in TrackState if state not in (TrackState.PLANNED, TrackState.READY)]
DECIDING = {EventKind(f"track-{state.value.replace('_', '-')}") for state in DECISIONS}
JUDGING = DECIDING - {EventKind.TRACK_WAIVED}
FRIENDLY = {EventKind.TRACK_APPROVED, EventKind.TRACK_CONDITIONALLY_APPROVED}
RELATED = frozenset({frozenset({"uscc-broker", "uscc-bank-2"})})


def test_whatever_random_callers_try_the_law_holds():
    chance = random.Random(20261123)
    done = ended = 0
    for number in range(max(1, ACTS // ACTS_OF_A_CASE)):
        counted, case = walk_one_case(chance, number)
        done += counted
        ended += case.state is CaseState.TRANSFORMED

    assert done > ACTS // 20
    assert ended > 0 or ACTS < 1000
    if "LIURONG_ROUNDS" in os.environ:
        sys.stdout.write(f"{ACTS} acts tried, {done} done, {ended} cases transformed\n")


def walk_one_case(chance, number):
    plan = chance.choice(list_stock_plans())
    world = {"four_eyes": chance.random() < 0.4, "related": chance.random() < 0.4}
    tracks = plan_tracks(plan, HOLDERS, [f"t{number}-{place}" for place in range(20)])
    opener = next(one for one in CALLERS if one.role == "enterprise")
    opening = Opening(
        f"case-{number}", "LX", opener.uscc, "某公司", "题", "1.00", None, plan, tracks
    )
    story = open_case(opening, opener, AT, ON)
    case, events, day, done = story.case, list(story.events), ON, 0
    for step in range(ACTS_OF_A_CASE):
        day += timedelta(days=chance.choice((0, 0, 1, 3, 40)))
        consent = chance.random() < 0.85
        caller = chance.choice(CALLERS)
        if chance.random() < 0.7:  # mostly somebody whose turn it is
            next_uscc = {act.uscc for act in list_next_acts(case, day)}
            turn = [one for one in CALLERS if one.uscc in next_uscc]
            caller = chance.choice(turn or CALLERS)
        before = case
        try:
            story = attempt(chance, case, caller, day, consent, world, f"{number}-{step}")
        except RuleBroken as refusal:
            if "allowed" not in refusal.facts and refusal.code != "second_person_required":
                raise
            continue
        if story is None:
            continue
        case, done = story.case, done + 1
        events += story.events
        check_laws(before, story, caller, day, consent, world)
    assert replay_events(events) == case
    assert find_first_broken(events) is None
    assert bool(list_next_acts(case, day)) == (case.state is CaseState.OPEN)
    return done, case


def attempt(chance, case, caller, day, consent, world, mark):
    """One act as its use case would take it; None where the caller may not even try."""
    if not may_see_case(case, caller.role, caller.uscc) or caller.role == "auditor":
        return None
    kind = chance.choices(
        ("decide", "claim", "release", "delegate", "enhance", "plan", "close"),
        (70, 8, 4, 4, 6, 5, 1),
    )[0]
    live = [track for track in case.tracks if track.holder.uscc == caller.uscc]
    asked = [track for track in case.tracks if track.state is TrackState.INFO_REQUESTED]
    track = chance.choice(live or asked or list(case.tracks))
    own = track.holder.uscc == caller.uscc
    if kind == "decide":
        outcome = chance.choice([*OUTCOMES, *[TrackState.APPROVED] * 8, TrackState.SUBMITTED])
        if not may_decide(case, track, outcome, caller.uscc):
            return None
        conditions = (Condition("若", chance.choice([None, *Stage])),)
        items = tuple(chance.sample(["甲", "乙", "丙"], 2))
        order = Order(
            track.id,
            outcome,
            "other",
            "随机",
            conditions if outcome is TrackState.CONDITIONALLY_APPROVED else (),
            items=items if outcome is TrackState.INFO_REQUESTED else (),
        )
        credit = CreditResult("r", "60", "C", chance.random() < 0.3, day + timedelta(90), "c")
        outside = Outside(
            credit if consent else None,
            consent,
            RECORD if chance.random() < 0.8 else None,
            f"spare-{mark}",
            world["four_eyes"],
            RELATED if world["related"] else frozenset(),
        )
        return decide_track(case, order, outside, caller, AT, day)
    if kind in ("claim", "release", "delegate"):
        if not own:
            return None
        if kind == "claim":
            return claim_track(case, track, caller, AT, day)
        if kind == "release":
            return release_track(case, track, None, caller, AT, day)
        return delegate_track(case, track, f"{caller.uscc}-b", "随机", caller, AT, day)
    if kind == "enhance" and caller.role in ("enterprise", "officer"):
        way = chance.choice(("guarantee", "pledge", "risk_pool"))
        holder = HOLDERS[
            {"guarantee": Stage.INSURANCE, "pledge": Stage.LOAN, "risk_pool": Stage.CREDIT}[way]
        ][0]
        wanted = needs_track(case, holder)
        tracks = [Track(f"e{mark}", Stage.INSURANCE, holder)] if wanted else []
        return choose_enhancement(case, Choice(way, None, {}, tracks), caller, AT, day)
    if kind == "plan" and caller.role == "officer":
        plan = chance.choice(list_stock_plans())
        if not world["four_eyes"]:
            tracks = plan_tracks(plan, HOLDERS, [f"p{mark}-{n}" for n in range(20)])
            return change_plan(case, plan, tracks, "随机", caller, AT, day)
        if case.proposal is None or chance.random() < 0.3:
            return propose_plan(case, plan, "随机", caller, AT, day)
        if chance.random() < 0.3:
            return refuse_plan(case, "随机", caller, AT, day)
        tracks = plan_tracks(case.proposal.plan, HOLDERS, [f"p{mark}-{n}" for n in range(20)])
        return approve_plan(case, tracks, caller, AT, day)
    if kind == "close" and may_close_case(case, caller.role, caller.uscc):
        return close_case(case, "other", "随机", caller, AT, day)
    return None


def check_laws(before, story, caller, day, consent, world):
    case, told = story.case, story.events
    assert before.state is CaseState.OPEN
    decided = {EventKind.PLAN_CHANGED, EventKind.PLAN_REFUSED} & {one.kind for one in told}
    if decided and before.proposal and case.proposal is None and caller.role == "officer":
        chosen = any(one.kind is EventKind.ENHANCEMENT_CHOSEN for one in told)
        assert chosen or before.proposal.made_by != caller.client_id, "maker ≠ checker"
    tracks = {track.id: track for track in case.tracks}
    for event in told:
        track = tracks.get(event.track_id)
        if track is None or event.kind not in DECIDING:
            continue
        assert event.actor.uscc == track.holder.uscc
        if track.stage is not Stage.CREDIT:
            assert is_credit_current(before, day), "信 comes before any decision"
            assert consent
        if world["four_eyes"] and event.kind in JUDGING:
            old = before.find_track(track.id)
            assert (old.made_by or old.claimed_by) not in (None, caller.client_id)
        if world["related"] and event.kind in FRIENDLY:
            check_relation(case, track)
    if case.state is CaseState.TRANSFORMED:
        assert case.record is not None
        assert any(t.stage is Stage.TRADE and t.state is TrackState.APPROVED for t in case.tracks)
    kept = {track.id: track for track in before.tracks}
    assert kept.keys() <= tracks.keys(), "nothing is erased"
    assert all(tracks[id].superseded for id, track in kept.items() if track.superseded)
    assert case.version == before.version + len(told)


def check_relation(case, track):
    """Neither appraises where the other lends."""
    if track.stage is Stage.EVALUATION:
        assert "uscc-bank-2" not in {one.holder.uscc for one in case.list_live_tracks(Stage.LOAN)}
    if track.stage is Stage.LOAN and track.holder.uscc == "uscc-bank-2":
        appraisals = case.list_live_tracks(Stage.EVALUATION)
        assert not any(one.state in FAVOURABLE for one in appraisals)
