"""The base of all that credit keeps, in its own database."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from kit.db import NAMING


class Base(DeclarativeBase):
    """Everything credit keeps, in its own database."""

    metadata = MetaData(naming_convention=NAMING)
