"""Search: words and what they weigh, beside the records, so that records stay quick to write."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, Table, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.achievements.tables.base import Base


class SearchSegment(Base):
    """倒排表（分段）：某词在同一次写入的各文档中的 BM25 权重（不含逆文档频率），只增不改。

    A posting is `document << 12 | weight in thousandths`. `segment` says what a row is:

    - above 0: one writing, by its first document number, so that writers never meet;
    - below 0: what the job has joined from many writings, less what was replaced;
    - 0: the best of what is joined, for a common word; read in its stead where that is enough.
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


SEARCH_NAMES = Table(
    "search_names",
    Base.metadata,
    Column("name", String(40, collation="C"), nullable=False),
    Column("variants", ARRAY(String(40, collation="C")), nullable=False),
    Index("ix_search_names_name", "name"),
    Index("ix_search_names_variants", "variants", postgresql_using="gin"),
    Index(
        "ix_search_names_long",
        "name",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
        postgresql_where=text("length(name) >= 8"),
    ),
    comment="人名与机构名及其少一字的写法，检索时容忍笔误；无主键，重复无害",
)
