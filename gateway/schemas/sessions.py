"""Tokens and who one is, on the wire."""

from kit.auth import Principal
from kit.schemas import AnswerModel


class TokenAnswer(AnswerModel):
    """A token (RFC 6749 §5.1)."""

    access_token: str
    token_type: str
    expires_in: int


class OrganizationAnswer(AnswerModel):
    """The organisation a caller acts for."""

    uscc: str
    name: str
    kind: str


class MeAnswer(AnswerModel):
    """Who the token is."""

    client_id: str
    role: str
    organization: OrganizationAnswer


def describe_me(principal: Principal) -> MeAnswer:
    """The caller in words."""
    return MeAnswer(
        client_id=principal.client_id,
        role=principal.role.value,
        organization=OrganizationAnswer(
            uscc=principal.uscc, name=principal.org_name, kind=principal.org_kind
        ),
    )
