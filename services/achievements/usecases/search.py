"""Search kept in order: common words counted, replaced texts swept, by the clock."""

from kit.jobs import Work
from services.achievements.rules.kinds import Kind
from services.achievements.store.search import count_words, join_segments
from services.achievements.usecases.board import board

COUNT_WORDS = "search.count-words"


@board.task(COUNT_WORDS)
def count_all_words(work: Work) -> None:
    """Count in how many records each common word stands."""
    for kind in Kind:
        with work.database.write() as session:
            count_words(session, kind)


@board.task("search.count-words-hourly", cron="7 * * * *")
def count_all_words_hourly(work: Work) -> None:
    """The same by the clock, for what came in by single acts."""
    count_all_words(work)


@board.task("search.sweep", cron="30 3 * * *")
def sweep_all_postings(work: Work) -> None:
    """Join what the day wrote, and drop the words of texts that were replaced."""
    for kind in Kind:
        with work.database.write() as session:
            join_segments(session, kind)
