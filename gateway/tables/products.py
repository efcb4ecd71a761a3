"""金融产品与投向：准入规则是数据，每次变更都留下版本."""

from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.tables.base import At, Base, Code, Id, Name, Packed, UsccColumn


class Product(Base):
    """金融产品（贷款、担保、保险）与基金投向"""

    __tablename__ = "products"
    __table_args__ = (
        Index("ix_products_stage_id", "stage", "id"),
        {"comment": "金融产品与基金投向"},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    stage: Mapped[Code]
    kind: Mapped[Code]
    uscc: Mapped[UsccColumn]
    institution: Mapped[Name]
    title: Mapped[Name]
    rules: Mapped[list[Any]] = mapped_column(JSONB)
    terms: Mapped[Packed]
    offered: Mapped[bool]
    version: Mapped[int]


class ProductVersion(Base):
    """金融产品的历次版本：只追加"""

    __tablename__ = "product_versions"
    __table_args__ = ({"comment": "金融产品的历次版本"},)

    product_id: Mapped[Id] = mapped_column(ForeignKey("products.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[Packed]
    actor: Mapped[Packed]
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[At]
