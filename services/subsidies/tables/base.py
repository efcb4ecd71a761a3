"""What all tables of subsidies share."""

from sqlalchemy import MetaData, Numeric
from sqlalchemy.orm import DeclarativeBase

from kit.db import NAMING, add_kit_tables

Money = Numeric(20, 2)


class Base(DeclarativeBase):
    """Everything subsidies keeps, in its own database."""

    metadata = MetaData(naming_convention=NAMING)


add_kit_tables(Base.metadata)
