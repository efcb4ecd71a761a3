"""The data model of credit. Nothing here is overwritten but heads, states and the end of a record.

Facts stand on two time axes (valid and recorded); the access log is one hash chain per enterprise,
whose head stands in `subjects`.
"""

from kit.db import add_kit_tables
from services.credit.tables.base import Base
from services.credit.tables.consents import ConsentEventRecord, ConsentRecord
from services.credit.tables.facts import FactBatch, FactRecord, Subject
from services.credit.tables.looks import AccessEntry, InquiryRecord

add_kit_tables(Base.metadata)

__all__ = [
    "AccessEntry",
    "Base",
    "ConsentEventRecord",
    "ConsentRecord",
    "FactBatch",
    "FactRecord",
    "InquiryRecord",
    "Subject",
]
