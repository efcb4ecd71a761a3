"""The registry's own metadata, and the column types its tables share."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import MetaData, Numeric, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from kit.db import NAMING, Instant, add_kit_tables

Id = Annotated[str, mapped_column(String(36))]
UsccColumn = Annotated[str, mapped_column(String(18))]
Code = Annotated[str, mapped_column(String(40))]
Short = Annotated[str, mapped_column(String(500))]
Long = Annotated[str, mapped_column(Text)]
Money = Annotated[Decimal, mapped_column(Numeric(20, 2))]
Json = Annotated[Any, mapped_column(JSONB)]
MaybeJson = Annotated[Any, mapped_column(JSONB(none_as_null=True), nullable=True)]
At = Annotated[datetime, mapped_column(Instant)]


class Base(DeclarativeBase):
    """登记服务的数据模型"""

    metadata = MetaData(naming_convention=NAMING)


add_kit_tables(Base.metadata)
