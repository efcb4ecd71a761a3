"""Technology contracts on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, StrictBool

from kit.identifiers import Uscc
from kit.money import Yuan
from kit.schemas import AnswerModel, WireModel
from services.achievements.rules.contracts import (
    ContractAct,
    ContractFacts,
    ContractParty,
    ContractState,
    ContractType,
)
from services.achievements.rules.organizations import OrganizationKind
from services.achievements.rules.rows import RowResult
from services.achievements.schemas.forms import ContractForm, stored_form
from services.achievements.schemas.records import CountedRows, Hit, RecordQuery
from services.achievements.schemas.values import IsoDate, Line, Name, Prose, SourceId

_EXAMPLE: dict[str, JsonValue] = {
    "title": "固态锂电池电解质专利实施许可合同",
    "type": "license",
    "seller": {"uscc": "123700004955000143", "name": "山东某大学", "kind": "university"},
    "buyer": {
        "uscc": "91370102MA3D000125",
        "name": "济南明湖智造科技有限公司",
        "kind": "enterprise",
    },
    "total_yuan": "500000.00",
    "technology_yuan": "450000.00",
    "signed_on": "2026-11-02",
}


class Party(WireModel):
    """合同一方"""

    uscc: Uscc
    name: Name
    kind: OrganizationKind


class ContractContent(WireModel):
    """What a contract says."""

    title: Line
    type: ContractType
    seller: Party
    buyer: Party
    total_yuan: Yuan
    technology_yuan: Yuan | None = Field(
        None, description="技术交易额, not more than the total (成交额); null where not split"
    )
    equipment_yuan: Yuan | None = Field(
        None, description="购置设备、仪器、零部件、原材料等; with `other_yuan` it makes the rest"
    )
    other_yuan: Yuan | None = Field(None, description="其他非技术性费用")
    signed_on: IsoDate | None = None
    summary: Prose | None = Field(None, description="what the contract is about (标的内容)")
    achievement_id: Annotated[str, Field(max_length=36)] | None = None
    case_id: Annotated[str, Field(max_length=36)] | None = None
    form: ContractForm | None = Field(None, description="what only 技术合同登记表 asks")

    def under(self, source_id: str) -> ContractFacts:
        """The same in the words of the rules, under the key of whoever keeps it."""
        return ContractFacts(
            source_id=source_id,
            title=self.title,
            type=self.type,
            seller=ContractParty(self.seller.uscc, self.seller.name, self.seller.kind.value),
            buyer=ContractParty(self.buyer.uscc, self.buyer.name, self.buyer.kind.value),
            total_yuan=self.total_yuan,
            technology_yuan=self.technology_yuan,
            equipment_yuan=self.equipment_yuan,
            other_yuan=self.other_yuan,
            signed_on=self.signed_on,
            summary=self.summary,
            achievement_id=self.achievement_id,
            case_id=self.case_id,
            form=stored_form(self.form),
        )


class ContractBody(ContractContent):
    """A contract as sent: a draft of one of its two parties."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = Field(None, description="the sender's own key; else one is given")


class ContractRow(ContractContent):
    """A contract of a batch or a file, always under the sender's own key."""

    source_id: SourceId

    def facts(self) -> ContractFacts:
        """The same in the words of the rules."""
        return self.under(self.source_id)


class ContractUpsert(ContractContent):
    """A contract under the `source_id` of the address."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    source_id: SourceId | None = None


class ContractPatch(WireModel):
    """The fields to change (RFC 7396): null empties an optional field. Drafts only."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"technology_yuan": "400000.00"}]})

    title: Line | None = None
    type: ContractType | None = None
    seller: Party | None = None
    buyer: Party | None = None
    total_yuan: Yuan | None = None
    technology_yuan: Yuan | None = None
    equipment_yuan: Yuan | None = None
    other_yuan: Yuan | None = None
    signed_on: IsoDate | None = None
    summary: Prose | None = None
    achievement_id: Annotated[str, Field(max_length=36)] | None = None
    case_id: Annotated[str, Field(max_length=36)] | None = None
    form: ContractForm | None = Field(None, description="replaces the whole form")
    reason: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="why; kept in the history"
    )


class ContractDecision(WireModel):
    """The next step of a contract; a refusal needs a reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "recognized", "reason": "符合技术开发合同"}]}
    )

    decision: ContractAct
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    distinct: StrictBool = Field(
        False,
        description="that this is not the contract recognised before with the same sides, title,"
        " total and day of signing; needs a reason",
    )


class TermsInForce(AnswerModel):
    """The terms as they stand now: as registered, with every accepted change."""

    title: str
    total_yuan: Yuan
    technology_yuan: Yuan | None
    equipment_yuan: Yuan | None
    other_yuan: Yuan | None
    signed_on: date | None
    form: ContractForm | None


class ContractAnswer(AnswerModel):
    """A contract as answered; `allowed` are the steps that are open now."""

    id: str
    number: str | None = Field(
        description="登记编号, 16 digits; of the platform's own series (an assumption: the national"
        " registration system is outside)"
    )
    owner_uscc: str
    source_id: str
    state: ContractState
    version: int
    title: str
    type: ContractType
    seller: Party
    buyer: Party
    total_yuan: Yuan
    technology_yuan: Yuan | None
    equipment_yuan: Yuan | None
    other_yuan: Yuan | None
    summary: str | None
    signed_on: date | None
    recognized_on: date | None
    registered_on: date | None
    registered_by: str | None
    cancelled_on: date | None
    achievement_id: str | None
    case_id: str | None
    form: ContractForm | None
    in_force: TermsInForce = Field(description="differs from the above once a change was accepted")
    allowed: list[ContractAct]
    created_at: datetime
    updated_at: datetime


class ContractHit(Hit, ContractAnswer):
    """A contract in a list."""


class ContractUpserted(ContractAnswer):
    """The contract, and what the upsert did."""

    result: RowResult


class ContractCounts(AnswerModel):
    """How many contracts the caller may see, by state and by type."""

    total: int
    by_state: list[CountedRows]
    by_type: list[CountedRows]


class ContractQuery(RecordQuery):
    """Contracts the caller takes part in; officers, exchange and auditors see all."""

    state: ContractState | None = None
    type: ContractType | None = None
    number: str | None = Field(None, max_length=16, description="合同登记编号")
    achievement_id: str | None = Field(None, max_length=36)
    case_id: str | None = Field(None, max_length=36)
    uscc: str | None = Field(None, max_length=18, description="buyer, seller or owner")
    field: str | None = Field(None, max_length=60, description="技术领域 of the achievement")
    origin: str | None = Field(None, max_length=500, description="计划来源 of the form")
    seller_region: str | None = Field(None, max_length=6, description="行政区划 of the form")
    buyer_region: str | None = Field(None, max_length=6, description="行政区划 of the form")
    lacking: Literal["field", "origin", "seller_region", "buyer_region"] | None = Field(
        None, description="only those of which nobody has said this"
    )
    year: int | None = Field(None, ge=1985, le=2100, description="registered in this year")


class ActorRef(WireModel):
    """For whom the gateway acts."""

    client_id: Annotated[str, Field(min_length=1, max_length=100)]
    uscc: Uscc
    org_name: Name


class TradeRegistration(ContractContent):
    """A trade of a financing case, recognised and registered in one act."""

    source_ref: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        description="the case's track: the same one again registers nothing new"
    )
    actor: ActorRef

    def facts(self) -> ContractFacts:
        """The same in the words of the rules."""
        return self.under(self.source_ref)


class TradeRegistered(AnswerModel):
    """The contract that stands for the trade."""

    contract_id: str
    contract_number: str
    registered_on: date
