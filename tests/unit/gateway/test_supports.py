"""Laws of the files: total tables, sums that add up, under random amounts, shares and acts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules import appraisals, guarantees, investments, loan_ends, loans
from gateway.rules.cases import Holder
from gateway.rules.loans import Filing, Loan, LoanAct, LoanState
from gateway.rules.packing import pack, unpack
from gateway.rules.products import Fact, Fit, MandateRule, Op, match_mandate
from gateway.rules.schedules import Method, add_months, make_schedule
from gateway.rules.sharing import (
    LENDER,
    POOL,
    Borne,
    Scheme,
    Sharer,
    check_scheme,
    find_compensation,
    find_cover_ratio,
    share_loss,
    share_recovery,
)
from gateway.rules.supports import (
    Doing,
    Noun,
    Support,
    find_broken_step,
    open_file,
    replay_steps,
    take_step,
)
from kit.errors import InvalidInput, RuleBroken
from kit.money import split_by_shares

from .histories import AT, ENTERPRISE, ON
from .rounds import law

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
money = st.integers(1, 3_000_000_000).map(lambda fen: Decimal(fen) / 100)
shares = st.lists(st.integers(0, 40), min_size=1, max_size=5)
JINAN = Scheme(
    (
        Sharer("national", "国", 2),
        Sharer("provincial", "省", 2),
        Sharer("municipal", "市", 4),
        Sharer(LENDER, "行", 2),
    )
)


def make_scheme(others: list[int], own: int, ratio: str = "0") -> Scheme:
    sharers = [Sharer(f"s{place}", "方", share) for place, share in enumerate(others)]
    pool = "pool-1" if Decimal(ratio) else None
    return Scheme((*sharers, Sharer(LENDER, "行", own)), pool, Decimal(ratio))


schemes = st.builds(
    make_scheme, shares, st.integers(1, 40), st.sampled_from(["0", "0.1", "0.333", "0.5"])
)


@pytest.mark.parametrize("house", [loans, guarantees, appraisals, investments])
def test_every_table_of_states_is_total(house):
    states = {state for state, _ in house.MOVES}
    acts = {act for _, act in house.MOVES}

    assert len(house.MOVES) == len(states) * len(acts)
    assert set(house.MOVES.values()) - {None} <= states
    assert {act for (_, act), after in house.MOVES.items() if after} | {
        "apply",
        "request",
        "show_interest",
    } >= acts


@law
@given(schemes, money, money)
def test_a_loss_is_shared_to_the_fen_and_no_pool_goes_below_nothing(scheme, loss, holds):
    check_scheme(scheme)

    borne = share_loss(scheme, loss, holds)

    assert sum(one.amount_yuan for one in borne) == loss
    from_pool = sum((one.amount_yuan for one in borne if one.code == POOL), ZERO)
    assert 0 <= from_pool <= min(holds, loss / 2)
    rest = [one.amount_yuan for one in borne if one.code != POOL]
    assert rest == split_by_shares(loss - from_pool, [one.share for one in scheme.sharers])
    for one, part in zip(scheme.sharers, rest, strict=True):
        assert part < loss * one.share / scheme.whole + FEN
    assert find_compensation(borne) <= loss


@law
@given(schemes, money, st.lists(st.integers(1, 10_000), min_size=1, max_size=8))
def test_recoveries_return_by_the_shares_and_end_at_what_was_borne(scheme, loss, weights):
    borne = share_loss(scheme, loss, loss)
    start = borne
    for amount in split_by_shares(loss, weights):
        if amount == 0:
            continue
        gets = share_recovery(borne, amount)
        if borne == start:
            weights_fen = [int(one.amount_yuan * 100) for one in start]
            assert list(gets) == split_by_shares(amount, weights_fen)
        assert sum(gets) == amount
        assert min(gets) >= 0
        borne = tuple(
            replace(one, got_back_yuan=one.got_back_yuan + get)
            for one, get in zip(borne, gets, strict=True)
        )
        assert all(one.got_back_yuan <= one.amount_yuan for one in borne)

    assert all(one.got_back_yuan == one.amount_yuan for one in borne)


def test_the_scheme_of_jinan_covers_eight_tenths_and_splits_a_million():
    parts = [one.amount_yuan for one in share_loss(JINAN, Decimal("1000000.01"))]

    assert find_cover_ratio(JINAN) == Decimal("0.8")
    assert parts == [Decimal(x) for x in ("200000.00", "200000.00", "400000.01", "200000.00")]


def test_a_recovery_is_not_more_than_what_is_still_lost():
    borne = (Borne("a", Decimal("1.00"), Decimal("0.50")), Borne(LENDER, Decimal("1.00")))

    with pytest.raises(ValueError, match="at most"):
        share_recovery(borne, Decimal("1.51"))


@pytest.mark.parametrize(
    "scheme",
    [
        make_scheme([2], 2, "0.51"),
        make_scheme([0], 0),
        Scheme((Sharer("a", "甲", 1), Sharer("b", "乙", 1))),
        Scheme((Sharer(LENDER, "行", 1), Sharer(LENDER, "行", 1))),
        Scheme(JINAN.sharers, None, Decimal("0.5")),
    ],
)
def test_a_scheme_that_does_not_add_up_is_refused(scheme):
    with pytest.raises(InvalidInput):
        check_scheme(scheme)


@law
@given(money, st.integers(0, 2400), st.integers(1, 60), st.sampled_from(list(Method)))
def test_a_schedule_pays_back_exactly_the_loan(principal, basis_points, months, method):
    rate = Decimal(basis_points) / 10_000

    schedule = make_schedule(principal, rate, months, method, date(2026, 1, 31))

    assert sum(one.principal_yuan for one in schedule) == principal
    assert all(one.principal_yuan >= 0 and one.interest_yuan >= 0 for one in schedule)
    assert schedule[-1].due_on == add_months(date(2026, 1, 31), months)
    assert [one.due_on for one in schedule] == sorted({one.due_on for one in schedule})


def test_equal_instalments_are_as_in_the_books():
    schedule = make_schedule(
        Decimal("1000000"), Decimal("0.036"), 12, Method.EQUAL_INSTALMENT, date(2026, 1, 15)
    )

    assert schedule[0].principal_yuan + schedule[0].interest_yuan == Decimal("84967.26")
    assert schedule[0].interest_yuan == Decimal("3000.00")


@pytest.mark.parametrize(
    ("paid", "last"),
    [("2026-11-30", "2027-02-28"), ("2027-11-30", "2028-02-29"), ("2026-11-23", "2027-02-23")],
)
def test_three_months_end_on_the_same_day_or_the_last(paid, last):
    assert add_months(date.fromisoformat(paid), 3) == date.fromisoformat(last)


def make_paid_loan(paid: Decimal = Decimal("1000.00")) -> Loan:
    loan = Loan(Decimal("1000.00"), 12, "设备")
    loan = loans.approve_loan(
        loan,
        amount=Decimal("1000.00"),
        annual_rate=Decimal("0.036"),
        months=12,
        method=Method.EQUAL_PRINCIPAL,
        conditions=(),
    )
    return loans.disburse_loan(loan, paid, ON)


def test_a_loan_is_filed_in_three_months_and_never_above_what_was_paid_out():
    loan = make_paid_loan(Decimal("900.00"))
    assert loan.file_by is not None

    filed = loans.file_loan(loan, Decimal("900.00"), loan.file_by)

    assert (filed.filing, filed.filed_yuan) == (Filing.SUBMITTED, Decimal("900.00"))
    with pytest.raises(RuleBroken, match="filing_too_late"):
        loans.file_loan(loan, Decimal("1.00"), loan.file_by + timedelta(days=1))
    with pytest.raises(RuleBroken, match="amount_out_of_bounds"):
        loans.file_loan(loan, Decimal("900.01"), ON)


def test_what_is_not_filed_or_not_spent_as_agreed_is_not_compensated():
    loan = make_paid_loan()
    filed = replace(loan, filing=Filing.FILED)

    with pytest.raises(RuleBroken, match="not_filed"):
        loan_ends.claim_loss(loan, purpose_holds=True)
    with pytest.raises(RuleBroken, match="purpose_not_kept"):
        loan_ends.claim_loss(filed, purpose_holds=False)
    assert loan_ends.claim_loss(filed, purpose_holds=True).lost_yuan == Decimal("1000.00")


def test_overdue_is_what_was_due_before_today():
    loan = make_paid_loan()
    first = loan.schedule[0]

    assert not loan_ends.is_behind(loan, first.due_on)
    assert loan_ends.is_behind(loan, first.due_on + timedelta(days=1))
    paid = loans.repay_loan(loan, first.principal_yuan, first.interest_yuan)
    assert not loan_ends.is_behind(paid, first.due_on + timedelta(days=1))


acts = st.lists(st.tuples(st.sampled_from(list(LoanAct)), st.integers(0, 150_000)), max_size=25)


def _act(loan: Loan, act: LoanAct, fen: int) -> Loan:
    sum_yuan = Decimal(fen) / 100
    changes = {
        LoanAct.APPROVE: lambda: loans.approve_loan(
            loan,
            amount=sum_yuan,
            annual_rate=Decimal("0.03"),
            months=6,
            method=Method.EQUAL_INSTALMENT,
            conditions=(),
        ),
        LoanAct.REOPEN: lambda: loans.reopen_loan(loan),
        LoanAct.DISBURSE: lambda: loans.disburse_loan(loan, sum_yuan, ON),
        LoanAct.FILE: lambda: loans.file_loan(loan, sum_yuan, ON),
        LoanAct.REPAY: lambda: loans.repay_loan(loan, sum_yuan, ZERO),
        LoanAct.CLAIM: lambda: loan_ends.claim_loss(loan, purpose_holds=True),
        LoanAct.RECOVER: lambda: loan_ends.recover_loan(loan, sum_yuan),
    }
    if act in (LoanAct.CONFIRM_FILING, LoanAct.REFUSE_FILING, LoanAct.REVOKE_FILING):
        return loans.move_filing(loan, act)
    return changes.get(act, lambda: loan)()


@law
@given(acts)
def test_whatever_is_tried_a_loan_keeps_its_sums_and_equals_its_replay(tried):
    doing = Doing(ENTERPRISE, AT, ON)
    loan = Loan(Decimal("1000.00"), 12, "设备")
    file = Support(
        "l1", Noun.LOAN, "c1", "t1", None, "u", "某公司", Holder("bank", "b", "银行"),
        LoanState.APPLIED, pack(loan), ON,
    )  # fmt: skip
    taken = open_file(file, LoanAct.APPLY, doing)
    support, steps = taken.support, [taken.step]
    for act, fen in [*WAY, *tried]:
        try:
            after = _act(unpack(Loan, support.terms), act, fen)
            taken = take_step(support, loans.MOVES, act, pack(after), doing)
        except RuleBroken:
            continue
        support = taken.support
        steps.append(taken.step)
        loan = unpack(Loan, support.terms)
        assert loan.disbursed_yuan <= (loan.approved_yuan or ZERO) <= loan.asked_yuan
        assert loan.filed_yuan <= loan.disbursed_yuan
        assert ZERO <= loan.outstanding_yuan <= loan.disbursed_yuan
        assert loan.recovered_yuan <= loan.lost_yuan <= loan.disbursed_yuan

    assert replay_steps(support, steps) == support
    assert find_broken_step(steps) is None
    forged = [replace(steps[0], reason="另有原因"), *steps[1:]]
    assert find_broken_step(forged) == 1


WAY = [
    (LoanAct.ACCEPT, 0),
    (LoanAct.EXAMINE, 0),
    (LoanAct.APPROVE, 90_000),
    (LoanAct.SIGN, 0),
    (LoanAct.DISBURSE, 80_000),
]


def test_a_mandate_gives_a_verdict_for_every_rule_and_asks_for_what_is_unknown():
    rules = [
        MandateRule(Fact.AMOUNT_YUAN, Op.AT_MOST, ("1000",)),
        MandateRule(Fact.TRL, Op.AT_LEAST, ("4",)),
        MandateRule(Fact.CREDIT_IS_WEAK, Op.IS, ("false",)),
    ]

    unknown = match_mandate(rules, {Fact.AMOUNT_YUAN: Decimal(1000), Fact.CREDIT_IS_WEAK: False})
    refused = match_mandate(rules, {Fact.AMOUNT_YUAN: Decimal("1000.01")})

    assert (unknown.fit, [one.holds for one in unknown.verdicts]) == (
        Fit.NEEDS_INFO,
        [True, None, True],
    )
    assert refused.fit is Fit.DOES_NOT_FIT
    assert match_mandate([], {}).fit is Fit.FITS
