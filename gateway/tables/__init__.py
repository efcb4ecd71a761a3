"""The gateway's data model: who may take tokens, who decides what, and the financing cases."""

from gateway.tables.base import Base
from gateway.tables.case_agencies import CaseAgency
from gateway.tables.cases import (
    CaseEventRow,
    CaseSerial,
    CaseTrack,
    ExchangeReceipt,
    FinancingCase,
)
from gateway.tables.client_keys import ClientKey, UsedAssertion
from gateway.tables.clients import Client, Institution, InstitutionChange, RelatedParty
from gateway.tables.errands import Errand
from gateway.tables.plans import PlanVersion
from gateway.tables.products import Product, ProductVersion
from gateway.tables.supports import (
    GuaranteeExposure,
    RiskPool,
    RiskPoolEntry,
    SupportRow,
    SupportStep,
)

__all__ = [
    "Base",
    "CaseAgency",
    "CaseEventRow",
    "CaseSerial",
    "CaseTrack",
    "Client",
    "ClientKey",
    "Errand",
    "ExchangeReceipt",
    "FinancingCase",
    "GuaranteeExposure",
    "Institution",
    "InstitutionChange",
    "PlanVersion",
    "Product",
    "ProductVersion",
    "RelatedParty",
    "RiskPool",
    "RiskPoolEntry",
    "SupportRow",
    "SupportStep",
    "UsedAssertion",
]
