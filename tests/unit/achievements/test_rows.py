"""Rows judged together, and the laws of each kind."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Fault
from kit.text import Text
from services.achievements.rules.achievements import (
    AchievementFacts,
    ContributingOrg,
    Property,
    PropertyKind,
    duplicate_keys,
)
from services.achievements.rules.content import fingerprint
from services.achievements.rules.history import describe_changes
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.rows import Row, RowResult, judge_facts, judge_rows
from services.achievements.rules.seen import SeenIds
from services.achievements.rules.visibility import EVERYBODY, Viewer, Visibility, may_see

TODAY = date(2026, 11, 23)


def make_facts(source_id: str = "a", **changes: object) -> AchievementFacts:
    values = {"title": "固态电池", "organizations": (ContributingOrg("某大学"),)} | changes
    return AchievementFacts(source_id=source_id, **values)  # type: ignore[arg-type]


def make_expenditure(other: Decimal) -> RdExpenditureFacts:
    ten = Decimal("10.00")
    return RdExpenditureFacts("1", 2025, Decimal("80.00"), ten, ten, ten, ten, ten, ten, ten, other)


def test_one_bad_row_never_harms_the_others() -> None:
    fault = Fault("/title", "missing", Text("缺", "missing"))
    rows = [
        Row(0, "a", make_facts("a")),
        Row(1, None, None, (fault,)),
        Row(2, "b", make_facts("b")),
    ]

    verdicts = list(judge_rows(rows, TODAY))

    assert [verdict.result for verdict in verdicts] == [None, RowResult.FAILED, None]
    assert verdicts[1].faults == (fault,)


def test_a_source_id_counts_once_in_a_batch() -> None:
    verdicts = list(judge_rows([Row(n, "a", make_facts("a")) for n in range(3)], TODAY))

    assert [one.result for one in verdicts] == [None, RowResult.DUPLICATE, RowResult.DUPLICATE]


@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), max_size=6))
def test_a_source_id_counts_once_also_across_pieces(pieces: list[list[str]]) -> None:
    seen, before = SeenIds(), list[str]()
    for piece in pieces:
        found = seen.add(piece)
        expected = [one in before or one in piece[:place] for place, one in enumerate(piece)]
        before += piece
        assert found == expected
    assert seen.holds([*before, "z"]) == [True] * len(before) + [False]


def test_a_failed_row_does_not_use_up_its_source_id() -> None:
    late = make_facts("a", completed_on=date(2030, 1, 1))
    verdicts = list(judge_rows([Row(0, "a", late), Row(1, "a", make_facts("a"))], TODAY))

    assert [verdict.result for verdict in verdicts] == [RowResult.FAILED, None]


def test_eight_categories_sum_to_the_total_to_the_fen() -> None:
    assert judge_facts(make_expenditure(Decimal("10.00")), TODAY) == []
    assert [f.code for f in judge_facts(make_expenditure(Decimal("10.01")), TODAY)] == [
        "sum_mismatch"
    ]


def test_doubles_meet_by_patent_and_by_title_with_first_organisation() -> None:
    patent = (Property(PropertyKind.INVENTION_PATENT, "ZL 2017 1 0601862.3"),)
    plain = (Property(PropertyKind.INVENTION_PATENT, "201710601862.3"),)
    one = duplicate_keys(make_facts(title="固态 电池！", intellectual_property=patent))
    two = duplicate_keys(make_facts(title="固态电池", intellectual_property=plain))

    assert one == two
    assert one[1] == "patent:201710601862.3"


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_hash_differs_where_the_content_differs(one: str, two: str) -> None:
    hashes = [fingerprint(make_facts(abstract=text)) for text in (one, two)]

    assert (hashes[0] == hashes[1]) == (one == two)


def test_only_what_differs_is_a_change() -> None:
    assert describe_changes({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"b": {"from": 2, "to": 3}}


def test_who_sees_what() -> None:
    member, owner, officer = Viewer("X"), Viewer("OWNER"), Viewer("Y", sees_all=True)

    def seen(viewer: Viewer) -> list[bool]:
        return [may_see(level, "OWNER", viewer) for level in Visibility]

    assert seen(EVERYBODY) == [True, False, False, False]
    assert seen(member) == [True, True, False, False]
    assert seen(officer) == [True, True, True, False]
    assert seen(owner) == [True, True, True, True]


def test_the_printed_example_of_the_contract_is_taken_and_makes_no_double() -> None:
    printed = Property(PropertyKind.INVENTION_PATENT, "ZL202010123456.X")

    facts = make_facts(intellectual_property=(printed,))

    assert judge_facts(facts, TODAY) == []
    assert all(not key.startswith("patent:") for key in duplicate_keys(facts))


def test_the_exception_covers_no_other_number_and_no_other_kind() -> None:
    for kind, number in [
        (PropertyKind.INVENTION_PATENT, "ZL202010123456.3"),
        (PropertyKind.INVENTION_PATENT, "202010123456.X"),
        (PropertyKind.UTILITY_MODEL, "ZL202010123456.X"),
    ]:
        facts = make_facts(intellectual_property=(Property(kind, number),))

        assert [fault.code for fault in judge_facts(facts, TODAY)] == ["patent_number_check"]
