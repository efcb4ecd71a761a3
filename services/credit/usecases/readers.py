"""告知: word to the institutions that had read what was disputed, changed or is gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit.db import WriteSession, new_id
from services.credit.store.disputes import add_notices
from services.credit.store.readers import Reading, list_readings
from services.credit.tables import NoticeRecord


@dataclass(frozen=True, slots=True)
class News:
    """A fact of which there is news: its record, and every record it ever had."""

    uscc: str
    item: str
    fact_id: str
    chain: tuple[str, ...]


def notify_readers(
    session: WriteSession, usccs: Iterable[str], news: Sequence[News], kind: str, at: datetime
) -> list[str]:
    """One notice per fact and institution that had read it; the inquiries it was read in.

    `usccs`: the enterprises in whose profiles these facts are read (by mergers, survivors too).
    """
    every = [fact_id for each in news for fact_id in each.chain]
    readings = list_readings(session, usccs, every) if every else []
    notices = [
        _write_notice(each, institution, found, kind, at)
        for each in news
        for institution, found in _group(readings, each).items()
    ]
    add_notices(session, notices)
    return sorted({inquiry for notice in notices for inquiry in notice.inquiry_ids})


def _group(readings: Sequence[Reading], news: News) -> dict[str, list[Reading]]:
    chain = frozenset(news.chain)
    readers: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.fact_ids & chain:
            readers.setdefault(reading.institution_uscc, []).append(reading)
    return readers


def _write_notice(
    news: News, institution: str, readings: Sequence[Reading], kind: str, at: datetime
) -> NoticeRecord:
    return NoticeRecord(
        id=new_id(),
        institution_uscc=institution,
        uscc=news.uscc,
        kind=kind,
        item=news.item,
        fact_id=news.fact_id,
        inquiry_ids=[each.inquiry_id for each in readings if each.inquiry_id],
        case_ids=sorted({each.case_id for each in readings if each.case_id}),
        at=at,
    )
