"""The gateway's data model: who may take tokens, who decides what, and the financing cases."""

from gateway.tables.base import Base
from gateway.tables.cases import (
    CaseEventRow,
    CaseSerial,
    CaseTrack,
    ExchangeReceipt,
    FinancingCase,
)
from gateway.tables.clients import Client, Institution, RelatedParty
from gateway.tables.plans import PlanVersion

__all__ = [
    "Base",
    "CaseEventRow",
    "CaseSerial",
    "CaseTrack",
    "Client",
    "ExchangeReceipt",
    "FinancingCase",
    "Institution",
    "PlanVersion",
    "RelatedParty",
]
