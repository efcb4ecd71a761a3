"""Callers in the words of the rules: who looks, who acts, who owns."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from kit.auth import Principal, Role
from kit.db import WriteSession
from kit.errors import Forbidden, RuleBroken
from kit.events import record_event
from kit.text import Text
from services.achievements.rules.history import Actor, Change
from services.achievements.rules.visibility import EVERYBODY, Viewer
from services.achievements.schemas.events import OrganizationRegistered
from services.achievements.store.history import add_history
from services.achievements.store.organizations import add_organization_if_new, get_organization

_RUN_BY_EXCHANGE = frozenset({"contracts", "listings"})


def viewer_of(principal: Principal | None, noun: str = "") -> Viewer:
    """What a caller may see; the exchange registers contracts and runs the board, and sees all."""
    if principal is None:
        return EVERYBODY
    runs = principal.role is Role.EXCHANGE and noun in _RUN_BY_EXCHANGE
    return Viewer(principal.uscc, principal.sees_all or runs, principal.role is Role.BROKER)


def actor_of(
    principal: Principal, *, reason: str | None = None, import_id: str | None = None
) -> Actor:
    """A caller as history names it."""
    return Actor(
        principal.client_id,
        principal.uscc,
        principal.org_name,
        reason,
        import_id,
    )


def require_owner(principal: Principal, owner_uscc: str) -> None:
    """Only its owner changes a thing."""
    if principal.uscc != owner_uscc:
        raise Forbidden(
            "forbidden",
            Text("只有所属单位可以修改", "only the organisation that owns it may change it"),
        )


def require_sender(principal: Principal, owner_uscc: str) -> None:
    """What stands in a file is for its sender: it may be classified, and never leaves him."""
    if principal.uscc != owner_uscc:
        message = Text(
            "文件内容只有发送单位可以查看",
            "only the organisation that sent a file reads what it holds",
        )
        raise Forbidden("forbidden", message)


def meet_organization(session: WriteSession, principal: Principal) -> None:
    """An organisation that writes for the first time enters the register with what it showed."""
    values = {"uscc": principal.uscc, "name": principal.org_name, "kind": principal.org_kind}
    if add_organization_if_new(session, values):
        add_history(
            session, "organizations", actor_of(principal), [Change(principal.uscc, 1, "created")]
        )
        news = OrganizationRegistered(
            **values, in_district=None, is_industrial=None, is_above_designated_size=None
        )
        record_event(session, news, subject=principal.uscc)
    else:
        require_standing(get_organization(session, principal.uscc))


def require_standing(row: RowMapping) -> None:
    """Refuse to change what has ended."""
    if row["ended_on"] is not None:
        successor = row["successor_uscc"]
        raise RuleBroken("organization_ended", ended_text(row), successor_uscc=successor)


def ended_text(row: RowMapping) -> Text:
    """When an organisation ended, and who goes on."""
    successor = row["successor_uscc"]
    onward = (f"，由 {successor} 存续", f"; {successor} goes on") if successor else ("", "")
    return Text(
        f"该单位已于 {row['ended_on']} 终止{onward[0]}",
        f"the organisation ended on {row['ended_on']}{onward[1]}",
    )


def plain_row(row: Mapping[Any, Any]) -> dict[str, object]:
    """A row with its columns by name, to add to or to hide from."""
    return {str(name): value for name, value in row.items()}
