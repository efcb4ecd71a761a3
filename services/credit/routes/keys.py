"""验签公钥."""

from kit.http import HouseRouter, Write
from services.credit.schemas.keys import KeySetAnswer
from services.credit.usecases import keys

router = HouseRouter(prefix="/v1/credit-keys", tags=["credit-keys"])


@router.get("", summary="验签公钥 · Keys that sign answers (JWKS)")
def list_keys(session: Write) -> KeySetAnswer:
    """A JWK Set (RFC 7517) to verify the `X-JWS-Signature` of answers; open to everyone."""
    return keys.show_keys(session)
