"""客户端公钥."""

from fastapi import Response

from gateway.schemas.client_keys import KeyAnswer, KeyEnd, KeyRequest, KeysAnswer
from gateway.usecases import client_keys
from kit.auth import Caller
from kit.http import HouseRouter, Read, Write, created

router = HouseRouter(prefix="/v1/me/keys", tags=["sessions"])


@router.post("", status_code=201, summary="登记公钥 · Register a public key of the client")
def register_key(body: KeyRequest, session: Write, response: Response, caller: Caller) -> KeyAnswer:
    """For `private_key_jwt`. Keys stand side by side: register the new, then retire the old."""
    key = client_keys.register_key(session, caller, body)
    created(response, f"/v1/me/keys/{key.kid}")
    return key


@router.get("", summary="公钥列表 · The client's keys")
def list_keys(session: Read, caller: Caller) -> KeysAnswer:
    """All keys, retired ones too."""
    return client_keys.show_keys(session, caller)


@router.post("/{kid}/ends", summary="停用公钥 · Retire a key")
def retire_key(kid: str, body: KeyEnd, session: Write, caller: Caller) -> KeyAnswer:
    """Assertions signed with it are refused from now on."""
    return client_keys.retire_key(session, caller, kid, body)
