"""Search: words and what they weigh, beside the records, so that records stay quick to write."""

from sqlalchemy import BigInteger, Integer, SmallInteger, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import Base


class SearchSegment(Base):
    """倒排表（分段）：某词在同一次写入的各文档中的 BM25 权重（不含逆文档频率），只增不改。

    A posting is `document << 12 | weight in thousandths`; `segment` is the first document number
    of the writing, so that writers never meet. The nightly job joins segments and drops what
    was replaced.
    """

    __tablename__ = "search_segments"
    __table_args__ = ({"comment": "倒排表（分段）"},)

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    term: Mapped[str] = mapped_column(String(40, collation="C"), primary_key=True)
    segment: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    documents: Mapped[int] = mapped_column(Integer)
    postings: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class SearchTerm(Base):
    """常用词的文档频率，由任务定期统计；空词一行为文档总数。查询时不在表中的词现数"""

    __tablename__ = "search_terms"
    __table_args__ = ({"comment": "词的文档频率"},)

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    term: Mapped[str] = mapped_column(String(40, collation="C"), primary_key=True)
    documents: Mapped[int] = mapped_column(Integer)
