"""The data model of credit. Nothing here is overwritten but heads, states and the end of a record.

Facts stand on two time axes (valid and recorded); the access log is one hash chain per enterprise,
whose head stands in `subjects`.
"""

from kit.db import add_kit_tables
from services.credit.tables.base import Base
from services.credit.tables.consents import ConsentEventRecord, ConsentRecord
from services.credit.tables.disputes import NoticeRecord, ObjectionRecord, RepairRecord
from services.credit.tables.facts import (
    FactActRecord,
    FactBatch,
    FactRecord,
    MergerRecord,
    Subject,
)
from services.credit.tables.keys import SigningKeyRecord
from services.credit.tables.lending import CreditOutcome, InquiryBatch, InquiryBatchRow
from services.credit.tables.looks import AccessEntry, DisclosureRecord, InquiryRecord
from services.credit.tables.monitors import MonitorMessage, MonitorRecord
from services.credit.tables.outlets import OutletCheck, OutletFact, OutletPackage, SimulatorRow

add_kit_tables(Base.metadata)

__all__ = [
    "AccessEntry",
    "Base",
    "ConsentEventRecord",
    "ConsentRecord",
    "CreditOutcome",
    "DisclosureRecord",
    "FactActRecord",
    "FactBatch",
    "FactRecord",
    "InquiryBatch",
    "InquiryBatchRow",
    "InquiryRecord",
    "MergerRecord",
    "MonitorMessage",
    "MonitorRecord",
    "NoticeRecord",
    "ObjectionRecord",
    "OutletCheck",
    "OutletFact",
    "OutletPackage",
    "RepairRecord",
    "SigningKeyRecord",
    "SimulatorRow",
    "Subject",
]
