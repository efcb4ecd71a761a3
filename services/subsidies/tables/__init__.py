"""The data model of subsidies."""

from services.subsidies.tables.applications import (
    ApplicationRecord,
    ApplicationStepRecord,
    BudgetRecord,
    DocumentRecord,
    EntitlementRecord,
    ObjectionDecisionRecord,
    ObjectionRecord,
)
from services.subsidies.tables.base import (
    Base,
    Money,
)
from services.subsidies.tables.doubles import SuspectedDoubleRecord
from services.subsidies.tables.facts import (
    AwardRecord,
    CityPaymentRecord,
    ContractPartyRecord,
    ContractRecord,
    MergerRecord,
    OrganizationRecord,
    PlatformGradeRecord,
    PlatformRecord,
)
from services.subsidies.tables.payments import (
    DisbursementLineRecord,
    DisbursementRecord,
    MoneyEntryRecord,
    ReturnFileRecord,
    ReturnRowRecord,
)

__all__ = [
    "ApplicationRecord",
    "ApplicationStepRecord",
    "AwardRecord",
    "Base",
    "BudgetRecord",
    "CityPaymentRecord",
    "ContractPartyRecord",
    "ContractRecord",
    "DisbursementLineRecord",
    "DisbursementRecord",
    "DocumentRecord",
    "EntitlementRecord",
    "MergerRecord",
    "Money",
    "MoneyEntryRecord",
    "ObjectionDecisionRecord",
    "ObjectionRecord",
    "OrganizationRecord",
    "PlatformGradeRecord",
    "PlatformRecord",
    "ReturnFileRecord",
    "ReturnRowRecord",
    "SuspectedDoubleRecord",
]
