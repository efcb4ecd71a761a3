"""接口说明与公钥."""

from typing import Any

import orjson
from fastapi import Request, Response

from gateway.usecases.sessions import list_public_keys
from kit.http import HouseRouter

router = HouseRouter(tags=["platform"])


@router.get("/openapi.json", include_in_schema=False)
async def describe_api(request: Request) -> Response:
    """The one merged description of the platform."""
    whole = await request.app.state.descriptions.describe_all()
    return Response(orjson.dumps(whole), media_type="application/json")


@router.get(
    "/.well-known/jwks.json", summary="令牌公钥 · The keys that tokens are verified with (RFC 7517)"
)
def get_keys(request: Request) -> dict[str, Any]:
    """Every process verifies tokens by itself with these."""
    return list_public_keys(request.app.state.settings)
