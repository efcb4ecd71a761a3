"""Search kept in order: common words counted, pieces joined, replaced texts swept, by the clock."""

from kit.jobs import Work
from services.achievements.rules.kinds import RECORD_KINDS
from services.achievements.store.segments import count_words, join_segments, list_scattered
from services.achievements.usecases.board import board

COUNT_WORDS = "search.count-words"
_MANY_FRESH = 2_000
"""From so many postings on a word is joined at once, so that its best are known."""


@board.task(COUNT_WORDS)
def count_all_words(work: Work) -> None:
    """Join the words that came in often, and count in how many records each common word stands."""
    join_scattered(work, _MANY_FRESH)
    for kind in RECORD_KINDS:
        with work.database.write() as session:
            count_words(session, kind)


@board.task("search.count-words-hourly", cron="7 * * * *")
def count_all_words_hourly(work: Work) -> None:
    """The same by the clock, for what came in by single acts."""
    count_all_words(work)


@board.task("search.sweep", cron="30 3 * * *")
def sweep_all_postings(work: Work) -> None:
    """Join all that the day wrote, and drop the words of texts that were replaced."""
    join_scattered(work, 1)


def join_scattered(work: Work, fresh: int) -> None:
    """Join the words with at least so many postings that are not joined yet."""
    for kind in RECORD_KINDS:
        with work.database.read() as session:
            pieces = list(list_scattered(session, kind, fresh))
        for terms in pieces:
            with work.database.write() as session:
                join_segments(session, kind, terms)
