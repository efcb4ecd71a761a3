"""The terms of an application are dated entries, and say where they are an assumption."""

from datetime import date

import pytest

from services.subsidies.rules.terms import TermCode, term_on
from services.subsidies.store.terms import TERMS, list_terms, read_terms


def test_a_term_that_no_text_settles_says_so():
    for term in list_terms():
        assert term.assumption or (term.clause and term.quote)
        assert term.reason.zh
        assert term.reason.en


def write(folder, *changes):
    content = TERMS.read_text("utf-8")
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    path = folder / "terms.yaml"
    path.write_text(content, "utf-8")
    return path


NEWER = """
- code: tell
  title: [一次性告知, telling once]
  working_days: 3
  from: {begin}
  to: null
  clause: null
  quote: null
  assumption: true
  verified: false
  owner: [区科技局, the bureau]
  reason: [试行, a trial]
"""


def test_a_new_term_counts_from_its_day_on(tmp_path):
    path = write(tmp_path, ("to: null", "to: 2026-12-31"))
    path.write_text(path.read_text("utf-8") + NEWER.format(begin="2027-01-01"), "utf-8")
    terms = read_terms(path)

    assert term_on(terms, TermCode.TELL, date(2026, 12, 31)).working_days == 5
    assert term_on(terms, TermCode.TELL, date(2027, 1, 1)).working_days == 3
    assert term_on(terms, TermCode.TELL, date(2010, 1, 1)).working_days == 5


@pytest.mark.parametrize("begin", ["2026-12-31", "2027-01-02"])
def test_terms_with_a_gap_or_an_overlap_are_refused(tmp_path, begin):
    path = write(tmp_path, ("to: null", "to: 2026-12-31"))
    path.write_text(path.read_text("utf-8") + NEWER.format(begin=begin), "utf-8")

    with pytest.raises(ValueError, match="gap or overlap"):
        read_terms(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [("working_days: 5", 'working_days: "5"'), ("code: notice", "code: hang"), ("to: null", "")],
)
def test_a_broken_file_of_terms_is_refused(tmp_path, old, new):
    with pytest.raises(ValueError, match=r"tell|hang|to|working"):
        read_terms(write(tmp_path, (old, new)))
