"""The data model of the registry. Import tables from here, so that the metadata is whole."""

from services.achievements.tables.base import Base
from services.achievements.tables.bids import (
    Bid,
    BidAward,
    BidExpert,
    BidReview,
    DemandMilestone,
)
from services.achievements.tables.brokers import (
    Appointment,
    Broker,
    BrokerLevel,
    Commission,
    CommissionPart,
    ServiceAgency,
    TrainingCredit,
)
from services.achievements.tables.care import CarePlan, CarePromise, CareVisit
from services.achievements.tables.contracts import AchievementCase, ContractAmendment
from services.achievements.tables.duplicates import AchievementTitle, DuplicateCandidate
from services.achievements.tables.history import History, Tombstone
from services.achievements.tables.imports import Import, ImportPart, ImportRow
from services.achievements.tables.instruments import Booking, InstrumentHours
from services.achievements.tables.listings import (
    ExchangeCursor,
    ExchangeReceipt,
    Listing,
    ListingBid,
    ListingDeposit,
    ListingNotice,
    ListingObjection,
    ListingOffer,
)
from services.achievements.tables.matches import Match, MatchFeedback, MatchWeights, Notice
from services.achievements.tables.matchmaking_events import (
    EventMatch,
    EventSignUp,
    FollowUp,
    MatchmakingEvent,
)
from services.achievements.tables.nominations import AwardCall, Nomination
from services.achievements.tables.organizations import Organization, OrganizationFact
from services.achievements.tables.platforms import (
    PlatformCertification,
    PlatformEvidence,
    PlatformGrade,
    PlatformTenant,
)
from services.achievements.tables.rd_explanations import RdExplanation
from services.achievements.tables.records import (
    RECORD_TABLES,
    Achievement,
    Award,
    Contract,
    DuplicateKey,
    Instrument,
    Platform,
    RdExpenditure,
    Researcher,
    TechnologyDemand,
)
from services.achievements.tables.search import SearchSegment, SearchTerm

__all__ = [
    "RECORD_TABLES",
    "Achievement",
    "AchievementCase",
    "AchievementTitle",
    "Appointment",
    "Award",
    "AwardCall",
    "Base",
    "Bid",
    "BidAward",
    "BidExpert",
    "BidReview",
    "Booking",
    "Broker",
    "BrokerLevel",
    "CarePlan",
    "CarePromise",
    "CareVisit",
    "Commission",
    "CommissionPart",
    "Contract",
    "ContractAmendment",
    "DemandMilestone",
    "DuplicateCandidate",
    "DuplicateKey",
    "EventMatch",
    "EventSignUp",
    "ExchangeCursor",
    "ExchangeReceipt",
    "FollowUp",
    "History",
    "Import",
    "ImportPart",
    "ImportRow",
    "Instrument",
    "InstrumentHours",
    "Listing",
    "ListingBid",
    "ListingDeposit",
    "ListingNotice",
    "ListingObjection",
    "ListingOffer",
    "Match",
    "MatchFeedback",
    "MatchWeights",
    "MatchmakingEvent",
    "Nomination",
    "Notice",
    "Organization",
    "OrganizationFact",
    "Platform",
    "PlatformCertification",
    "PlatformEvidence",
    "PlatformGrade",
    "PlatformTenant",
    "RdExpenditure",
    "RdExplanation",
    "Researcher",
    "SearchSegment",
    "SearchTerm",
    "ServiceAgency",
    "TechnologyDemand",
    "Tombstone",
    "TrainingCredit",
]
