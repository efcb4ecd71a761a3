"""The public halves of the keys that sign answers."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Instant
from services.credit.tables.base import Base


class SigningKeyRecord(Base):
    """签名公钥: published for as long as an answer signed with it may have to be proved."""

    __tablename__ = "signing_keys"
    __table_args__ = ({"comment": "查询答复签名所用密钥的公钥"},)

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_key: Mapped[dict[str, str]] = mapped_column(JSONB)
    published_at: Mapped[datetime] = mapped_column(Instant)
