"""The life of a platform: evidence, certification, grades, tenants."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping

from kit.auth import Principal
from kit.clock import today
from kit.db import ReadSession, WriteSession, new_id
from kit.errors import RuleBroken, invalid
from kit.events import record_event
from kit.text import Text
from services.achievements.rules.filters import TenantFilter
from services.achievements.rules.history import Change
from services.achievements.rules.kinds import Kind
from services.achievements.rules.six_haves import (
    HAVE_NAMES,
    SixHave,
    Stay,
    count_tenants,
    find_full_day,
    list_missing,
)
from services.achievements.schemas.events import PlatformGraded
from services.achievements.schemas.platform_life import (
    CertificationBody,
    DepartureBody,
    EvidenceBody,
    GradeBody,
    TenantBody,
)
from services.achievements.store.checks import get_needed_haves
from services.achievements.store.history import add_history
from services.achievements.store.platforms import (
    add_certification,
    add_tenant,
    change_stay,
    find_certification,
    get_tenant,
    keep_evidence,
    keep_grade,
    list_evidence,
    list_grades,
    list_tenants,
    list_tenants_page,
)
from services.achievements.store.records import get_record, lock_record
from services.achievements.usecases.callers import actor_of, require_owner, viewer_of
from services.achievements.usecases.platform_news import tell_of_certified

_KIND = Kind.PLATFORMS


def read_life(
    session: ReadSession | WriteSession, principal: Principal | None, platform_id: str
) -> Mapping[str, object]:
    """All of it: what lacks, certification, grades, tenants, room."""
    row = get_record(session, _KIND, platform_id, viewer_of(principal))
    evidence = list_evidence(session, platform_id)
    given = [item["have"] for item in evidence]
    tenants = list_tenants(session, platform_id)
    return {
        "platform_id": platform_id,
        "evidence": [dict(item) for item in evidence],
        "missing": list(list_missing(given, get_needed_haves(row["kind"]))),
        "certification": _plain(find_certification(session, platform_id)),
        "grades": [dict(item) for item in list_grades(session, platform_id)],
        "tenants": [dict(item) for item in tenants],
        "tenants_now": count_tenants(_stays(tenants), today()),
        "capacity": row["capacity"],
    }


def give_evidence(
    session: WriteSession,
    principal: Principal,
    platform_id: str,
    have: SixHave,
    body: EvidenceBody,
) -> Mapping[str, object]:
    """Give the evidence for one of the six."""
    row = _lock_own(session, principal, platform_id)
    keep_evidence(session, {**body.model_dump(), "platform_id": platform_id, "have": have.value})
    _note(session, principal, row, f"evidence_{have}", body.model_dump(mode="json"))
    tell_of_certified(session, [platform_id])
    return read_life(session, principal, platform_id)


def certify_platform(
    session: WriteSession, principal: Principal, platform_id: str, body: CertificationBody
) -> Mapping[str, object]:
    """认定: refused with the list of what lacks."""
    row = lock_record(session, _KIND, platform_id, viewer_of(principal))
    _require_past(body.certified_on, "/certified_on")
    given = [item["have"] for item in list_evidence(session, platform_id)]
    missing = list_missing(given, get_needed_haves(row["kind"]))
    if missing:
        names = "、".join(HAVE_NAMES[have].zh for have in missing)
        english = ", ".join(HAVE_NAMES[have].en for have in missing)
        message = Text(f"“六有”尚缺佐证：{names}", f"no evidence yet of: {english}")
        raise RuleBroken("six_haves_missing", message, missing=[str(have) for have in missing])
    values = {
        "platform_id": platform_id,
        "certified_on": body.certified_on,
        "level": body.level.value,
        "document": body.document,
        "newly_established": body.newly_established,
        "assessor": principal.org_name,
        "assessor_uscc": principal.uscc,
    }
    if not add_certification(session, values):
        message = Text("该平台已认定", "the platform is certified already")
        raise RuleBroken("already_certified", message)
    _note(session, principal, row, "certified", body.model_dump(mode="json"))
    tell_of_certified(session, [platform_id])
    return read_life(session, principal, platform_id)


def grade_platform(
    session: WriteSession, principal: Principal, platform_id: str, year: int, body: GradeBody
) -> Mapping[str, object]:
    """绩效评价: the grade of a year by an assessor; said again it is corrected."""
    row = lock_record(session, _KIND, platform_id, viewer_of(principal))
    _require_past(body.graded_on, "/graded_on")
    if year > body.graded_on.year:
        message = Text(
            f"评价日期 {body.graded_on} 早于所评价的 {year} 年",
            f"{body.graded_on} is before the year {year} that is graded",
        )
        raise invalid("/graded_on", "year_not_begun", message)
    keep_grade(
        session,
        {
            "platform_id": platform_id,
            "year": year,
            "assessor": body.assessed_by,
            "assessor_uscc": principal.uscc,
            "grade": body.grade,
            "graded_on": body.graded_on,
        },
    )
    _note(session, principal, row, f"graded_{year}", body.model_dump(mode="json"))
    news = PlatformGraded(
        uscc=row["owner_uscc"],
        platform_id=platform_id,
        year=year,
        assessed_by=body.assessed_by,
        grade=body.grade,
        graded_on=body.graded_on,
    )
    record_event(session, news, subject=row["owner_uscc"])
    return read_life(session, principal, platform_id)


def take_tenant(
    session: WriteSession, principal: Principal, platform_id: str, body: TenantBody
) -> Mapping[str, object]:
    """A tenant moves in, where there is room on every day of its stay."""
    row = _lock_own(session, principal, platform_id)
    stay = Stay(body.moved_in_on, body.moved_out_on)
    _require_order(stay)
    capacity = row["capacity"]
    full = (
        None
        if capacity is None
        else find_full_day(_stays(list_tenants(session, platform_id)), stay, capacity)
    )
    if full is not None:
        message = Text(f"{full} 已满（容量 {capacity}）", f"full on {full} (capacity {capacity})")
        raise RuleBroken("platform_full", message, full_on=full.isoformat(), capacity=capacity)
    add_tenant(session, {**body.model_dump(), "id": new_id(), "platform_id": platform_id})
    _note(session, principal, row, "tenant_taken", body.model_dump(mode="json"))
    return read_life(session, principal, platform_id)


def end_tenancy(
    session: WriteSession,
    principal: Principal,
    platform_id: str,
    tenant_id: str,
    body: DepartureBody,
) -> Mapping[str, object]:
    """A tenant leaves; its room is free from that day on. A day already set is not moved later."""
    row = _lock_own(session, principal, platform_id)
    tenant = get_tenant(session, platform_id, tenant_id)
    _require_order(Stay(tenant["moved_in_on"], body.moved_out_on))
    if tenant["moved_out_on"] is not None and body.moved_out_on > tenant["moved_out_on"]:
        message = Text(
            f"该单位已于 {tenant['moved_out_on']} 迁出，再次入驻请另行登记",
            f"the tenant left on {tenant['moved_out_on']}; enter a new stay instead",
        )
        raise RuleBroken("tenancy_ended", message, moved_out_on=str(tenant["moved_out_on"]))
    change_stay(session, tenant_id, body.moved_out_on)
    changes = {"tenant_id": tenant_id, **body.model_dump(mode="json")}
    _note(session, principal, row, "tenant_left", changes)
    return read_life(session, principal, platform_id)


def find_tenants(
    session: ReadSession, principal: Principal | None, platform_id: str, wanted: TenantFilter
) -> tuple[Sequence[RowMapping], str | None]:
    """One page of a platform's tenants, past ones included where no day is asked for."""
    get_record(session, _KIND, platform_id, viewer_of(principal))
    return list_tenants_page(session, platform_id, wanted)


def _lock_own(session: WriteSession, principal: Principal, platform_id: str) -> RowMapping:
    row = lock_record(session, _KIND, platform_id, viewer_of(principal))
    require_owner(principal, row["owner_uscc"])
    return row


def _note(
    session: WriteSession,
    principal: Principal,
    row: RowMapping,
    act: str,
    said: Mapping[str, object],
) -> None:
    change = Change(row["id"], row["version"], act, said)
    add_history(session, _KIND, actor_of(principal), [change])


def _require_order(stay: Stay) -> None:
    if stay.moved_out_on is not None and stay.moved_out_on <= stay.moved_in_on:
        message = Text("迁出日期须晚于入驻日期", "a tenant leaves after it came")
        raise invalid("/moved_out_on", "dates_reversed", message)


def _require_past(day: date, pointer: str) -> None:
    if day > today():
        message = Text(f"日期 {day} 尚未到来", f"{day} is still to come")
        raise invalid(pointer, "date_in_future", message)


def _stays(tenants: Sequence[RowMapping]) -> list[Stay]:
    return [Stay(item["moved_in_on"], item["moved_out_on"]) for item in tenants]


def _plain(row: RowMapping | None) -> dict[str, object] | None:
    return None if row is None else {str(name): value for name, value in row.items()}
