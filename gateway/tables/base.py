"""The gateway's data model: the base that all tables stand on, and the kinds of their columns."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import JSON, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from kit.db import NAMING, Instant, add_kit_tables

Id = Annotated[str, mapped_column(String(36))]
UsccColumn = Annotated[str, mapped_column(String(18))]
Code = Annotated[str, mapped_column(String(50))]
Name = Annotated[str, mapped_column(String(200))]
At = Annotated[datetime, mapped_column(Instant)]
Packed = Annotated[dict[str, Any], mapped_column(JSONB)]
# JSON, not JSONB, where a hash is taken over the text: JSONB would turn 1e5 into 100000.
Sealed = Annotated[dict[str, Any], mapped_column(JSON)]


class Base(DeclarativeBase):
    """网关的数据模型"""

    metadata = MetaData(naming_convention=NAMING)


add_kit_tables(Base.metadata)
