"""AUC, KS, PSI and calibration against plain counting; checks of cards that are wrong."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from liurong.scorecards import app
from services.credit.rules.backtests import (
    Outcome,
    calibrate,
    expect_bad,
    measure_auc,
    measure_ks,
    measure_psi,
)
from services.credit.rules.card_checks import check_card, check_versions
from services.credit.rules.scorecards import Bin
from services.credit.store.scorecards import list_packs

PACKS = list_packs()
DISTRICT = next(pack for pack in PACKS if pack.card.id == "lixia-innovation-credit")

rows = st.lists(
    st.builds(Outcome, st.integers(0, 12).map(float), st.booleans()), min_size=2, max_size=40
).filter(lambda given: len({each.bad for each in given}) == 2)


@given(rows)
def test_auc_is_the_share_of_pairs_in_the_right_order(outcomes: list[Outcome]) -> None:
    pairs = [(g.points, b.points) for g in outcomes for b in outcomes if b.bad and not g.bad]
    right = sum(1.0 if g > b else 0.5 if g == b else 0.0 for g, b in pairs)

    assert measure_auc(outcomes) == pytest.approx(right / len(pairs))


@given(rows)
def test_ks_is_the_widest_gap_of_the_two_shares(outcomes: list[Outcome]) -> None:
    good = [each.points for each in outcomes if not each.bad]
    bad = [each.points for each in outcomes if each.bad]

    def share(points: list[float], bar: float) -> float:
        return sum(each <= bar for each in points) / len(points)

    widest = max(abs(share(bad, bar) - share(good, bar)) for bar in {*good, *bad})
    assert measure_ks(outcomes) == pytest.approx(widest)


def test_psi_is_nothing_where_nothing_shifted_and_large_where_all_did() -> None:
    before = [float(each) for each in range(1000)]

    assert measure_psi(before, before) == 0
    assert measure_psi(before, [each + 900 for each in before]) > 0.25


def test_a_file_with_one_ending_only_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="ended badly"):
        measure_auc([Outcome(1, False), Outcome(2, False)])


@given(rows)
def test_bands_hold_every_row_once(outcomes: list[Outcome]) -> None:
    bands = calibrate(outcomes, 5, (600.0, 72.0))

    assert sum(band.rows for band in bands) == len(outcomes)
    assert sum(band.bad for band in bands) == sum(each.bad for each in outcomes)
    assert expect_bad(600.0, (600.0, 72.0)) == 0.5


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.card.id)
def test_every_shipped_card_may_be_served(pack) -> None:  # type: ignore[no-untyped-def]
    assert check_card(pack.card, pack.catalogue, pack.digest) == []


def test_a_card_changed_after_its_approval_is_found() -> None:
    findings = check_card(DISTRICT.card, DISTRICT.catalogue, "sha256:other")

    assert {each.place for each in findings} == {"model_card/approvals"}
    assert len(findings) == 2


def _with_bins(*bins: Bin):  # type: ignore[no-untyped-def]
    dimension = DISTRICT.card.dimensions[0]
    indicator = dimension.indicators[0]
    way = replace(indicator.ways[0], bins=bins)
    changed = replace(dimension, indicators=(replace(indicator, ways=(way,)),))
    return replace(DISTRICT.card, dimensions=(changed,))


@pytest.mark.parametrize(
    ("bins", "said"),
    [
        ((Bin(Decimal(100), Decimal("0.1")), Bin(Decimal(0), None, Decimal("0.05"))), "no bin"),
        ((Bin(Decimal(0)), Bin(Decimal(100), Decimal("0.1"))), "never reached"),
        ((Bin(Decimal(100), Decimal("0.1")), Bin(Decimal(90))), "missing bin"),
    ],
)
def test_holes_shadows_and_strange_missing_bins_are_found(bins, said) -> None:  # type: ignore[no-untyped-def]
    card = _with_bins(*bins)

    findings = check_card(card, DISTRICT.catalogue, DISTRICT.digest)

    assert any(said in each.message for each in findings)


def test_one_approver_is_not_two_and_an_author_does_not_count() -> None:
    card = DISTRICT.card
    alone = replace(card, approvals=card.approvals[:1])
    own = replace(card, author=card.approvals[0].name)

    for wrong in (alone, own):
        places = {each.place for each in check_card(wrong, DISTRICT.catalogue, DISTRICT.digest)}
        assert places == {"model_card/approvals"}


def test_versions_in_force_on_the_same_day_are_found() -> None:
    assert check_versions([pack.card for pack in PACKS]) == []
    assert check_versions([DISTRICT.card, DISTRICT.card])


def test_a_backtest_prints_its_measures(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    lines = ["annual_revenue_yuan,annual_revenue_yuan@-1,st_award,bad"]
    lines += [f"{1000000 + 400000 * n}.00,1000000.00,,{int(n % 5 == 0)}" for n in range(40)]
    lines += ["30000000.00,20000000.00,national_first;municipal,0"]
    file.write_text("\n".join(lines), encoding="gb18030")

    done = CliRunner().invoke(app, ["backtest", str(file), "--label", "bad", "--bands", "4"])
    wrong = CliRunner().invoke(app, ["backtest", str(file), "--label", "worse"])
    none = CliRunner().invoke(app, ["backtest", str(file), "--label", "bad", "--bad", "yes"])

    assert done.exit_code == 0, done.output
    assert "rows 41, bad 8" in done.output
    assert "AUC 0." in done.output
    assert "no probability" in done.output
    assert (wrong.exit_code, none.exit_code) == (1, 1)
