"""The keys with which answers can be proved."""

from kit.db import WriteSession
from services.credit.schemas.keys import KeySetAnswer, PublicKey
from services.credit.store.signing import list_public_keys


def show_keys(session: WriteSession) -> KeySetAnswer:
    """验签公钥: every key that signs, signed, or is about to sign."""
    keys = [PublicKey.model_validate(each) for each in list_public_keys(session)]
    return KeySetAnswer(keys=keys)
