"""回盘文件: rows are read one by one, and each meets its line."""

from datetime import date
from decimal import Decimal

import pytest

from kit.errors import InvalidInput
from services.subsidies.rules.identities import Merger, describe_traits, gather_families
from services.subsidies.rules.return_files import (
    COLUMNS,
    Booked,
    OpenLine,
    RowOutcome,
    judge_row,
    read_return_file,
)

TODAY = date(2026, 11, 23)
HEADER = ",".join(COLUMNS)
GOOD = "L1,U1,10.00,paid,2026-11-20,B1,好"
LINE = OpenLine("U1", Decimal("10.00"), Decimal("0.00"), True)


def read(*rows, encoding="utf-8"):
    return read_return_file("\r\n".join((HEADER, *rows)).encode(encoding), TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_row_is_read_in_every_encoding_the_bank_may_use(encoding):
    [row] = read(GOOD, encoding=encoding)

    assert (row.number, row.amount_yuan, row.message) == (2, Decimal("10.00"), "好")
    assert judge_row(row, LINE, None) is RowOutcome.PAID


@pytest.mark.parametrize(
    "wrong",
    [
        "L1,U1,10.00,paid,2026-11-20,B1",
        "L1,U1,10.001,paid,2026-11-20,B1,",
        "L1,U1,-1,paid,2026-11-20,B1,",
        "L1,U1,0,paid,2026-11-20,B1,",
        "L1,U1,NaN,paid,2026-11-20,B1,",
        "L1,U1,1,paid,2026-11-24,B1,",
        "L1,U1,1,paid,20261120,B1,",
        "L1,U1,1,paid,2026-11-20,,",
        "L1,U1,1,PAID,2026-11-20,B1,",
        'L1,"U1,1',
    ],
)
def test_a_row_that_cannot_be_read_harms_no_other(wrong):
    first, second = read(wrong, GOOD)

    assert first.fault is not None
    assert first.raw == wrong
    assert judge_row(first, LINE, None) is RowOutcome.UNREADABLE
    assert judge_row(second, LINE, None) is RowOutcome.PAID


def test_another_file_is_refused_as_a_whole():
    for content in (b"", b"a,b\n1,2", b"\xff\xfe\x00"):
        with pytest.raises(InvalidInput):
            read_return_file(content, TODAY)


def test_a_number_stands_for_one_movement():
    [row] = read(GOOD)
    same = Booked("L1", Decimal("10.00"), date(2026, 11, 20))
    closed = OpenLine("U1", Decimal("10.00"), Decimal("10.00"), False)

    assert judge_row(row, closed, same) is RowOutcome.REPEATED
    assert judge_row(row, LINE, Booked("L2", Decimal("10.00"), TODAY)) is RowOutcome.DOUBLED
    assert judge_row(row, closed, None) is RowOutcome.CLOSED
    assert judge_row(row, None, None) is RowOutcome.FOREIGN


def test_mergers_join_whole_families_and_titles_meet_without_their_signs():
    families = gather_families([Merger("A", "B"), Merger("C", "D"), Merger("B", "C")])

    assert families["A"] == families["D"] == frozenset("ABCD")
    assert describe_traits("甲 “乙”", 1) == describe_traits("甲·乙", 1)
    assert describe_traits("", 1) == ""
