"""Change some fields of a record of any kind; the rest stays."""

from collections.abc import Mapping
from dataclasses import fields

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.db import WriteSession
from kit.schemas import WireModel
from kit.versions import require_match
from services.achievements.rules.awards import AwardFacts
from services.achievements.rules.content import jsonable
from services.achievements.rules.contracts import ContractFacts
from services.achievements.rules.demands import DemandFacts
from services.achievements.rules.instruments import InstrumentFacts
from services.achievements.rules.kinds import Kind
from services.achievements.rules.platforms import PlatformFacts
from services.achievements.rules.rd_expenditures import RdExpenditureFacts
from services.achievements.rules.researchers import ResearcherFacts
from services.achievements.rules.rows import Facts
from services.achievements.schemas.kinds import read_facts
from services.achievements.store.records import get_record, lock_record
from services.achievements.usecases.callers import require_owner, viewer_of
from services.achievements.usecases.clashes import require_no_clash
from services.achievements.usecases.records import keep_facts, require_sound

_FACTS: Mapping[Kind, type[Facts]] = {
    Kind.INSTRUMENTS: InstrumentFacts,
    Kind.RESEARCHERS: ResearcherFacts,
    Kind.RD_EXPENDITURES: RdExpenditureFacts,
    Kind.PLATFORMS: PlatformFacts,
    Kind.AWARDS: AwardFacts,
    Kind.DEMANDS: DemandFacts,
    Kind.CONTRACTS: ContractFacts,
}


def change_record(
    session: WriteSession,
    principal: Principal,
    kind: Kind,
    record_id: str,
    patch: WireModel,
    if_match: str | None,
) -> RowMapping:
    """Change some fields of the version that the caller read (RFC 7396)."""
    row = lock_record(session, kind, record_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    require_match(if_match, row["version"])
    wanted = patch.model_dump(mode="json", exclude_unset=True)
    reason = wanted.pop("reason", None)
    facts = read_facts(kind, _content_of(kind, row) | wanted)
    require_sound(facts)
    require_no_clash(session, principal.uscc, kind, facts)
    keep_facts(session, principal, kind, [facts], reason=reason)
    return get_record(session, kind, record_id, viewer_of(principal))


def _content_of(kind: Kind, row: RowMapping) -> dict[str, object]:
    return jsonable({field.name: row[field.name] for field in fields(_FACTS[kind])})
