"""The achievements service, as the financing flow needs it."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.clients.calls import call_house, quote_problem
from gateway.rules.cases import Case, TradeRecord
from gateway.rules.contracts import Achieved, ContractTerms
from gateway.rules.ledger import Actor
from gateway.rules.trades import Deal, Receipt
from kit.directory import Directory
from kit.errors import InvalidInput, RuleBroken, Unavailable
from kit.text import Text

CONTRACT = "technology_contract"
_PAGES = 20


async def is_achievement_visible(
    directory: Directory, achievement_id: str, authorization: str | None
) -> bool:
    """Whether the bearer of `authorization` may see the achievement."""
    path = f"/v1/achievements/{achievement_id}"
    answer = await call_house(directory, "achievements", "GET", path, authorization=authorization)
    return answer.status_code == 200


async def find_achieved(directory: Directory, achievement_id: str) -> Achieved | None:
    """What an achievement contributes to a contract: its first organisation and its ways.

    A foreign partner has no uscc and cannot stand in a contract here: the owner stands for it.
    """
    path = f"/internal/achievements/{achievement_id}"
    answer = await call_house(directory, "achievements", "GET", path)
    if answer.status_code != 200:
        return None
    body = answer.json()
    owner = body["owner"]
    first = next(iter(body["organizations"]), owner)
    if first["uscc"] is None:
        first = owner
    return Achieved(
        seller_uscc=first["uscc"],
        seller_name=first["name"],
        seller_kind=owner["kind"] if owner["uscc"] == first["uscc"] else None,
        transfer_ways=tuple(body["transfer_ways"]),
    )


async def find_readiness(
    directory: Directory, achievement_id: str
) -> tuple[int | None, tuple[str, ...] | None]:
    """An achievement's readiness level (1-9) and its ways of transfer; None where unknown."""
    path = f"/internal/achievements/{achievement_id}"
    answer = await call_house(directory, "achievements", "GET", path)
    if answer.status_code != 200:
        return None, None
    body = answer.json()
    return body.get("trl"), tuple(body["transfer_ways"])


async def register_contract(
    directory: Directory, case: Case, track_id: str, terms: ContractTerms, actor: Actor
) -> TradeRecord:
    """易: have the contract recognized and registered; the same track is one contract."""
    body = {
        **terms,
        "source_ref": track_id,
        "case_id": case.id,
        "achievement_id": case.achievement_id,
        "actor": {"client_id": actor.client_id, "uscc": actor.uscc, "org_name": actor.name},
    }
    answer = await call_house(directory, "achievements", "POST", "/internal/contracts", body=body)
    if answer.status_code == 422:
        raise quote_problem(InvalidInput, "contract_incomplete", answer)
    if answer.status_code not in (200, 201):
        raise quote_problem(RuleBroken, "contract_refused", answer)
    said = answer.json()
    return TradeRecord(CONTRACT, said["contract_id"], said["contract_number"])


async def find_registered_contract(
    directory: Directory, case: Case, *, contract_id: str | None, number: str | None
) -> TradeRecord | None:
    """A registered contract of the case's enterprise, by its id or its number."""
    cursor: str | None = None
    for _ in range(_PAGES):
        params = {"uscc": case.uscc, "state": "registered", "limit": "200"}
        answer = await call_house(
            directory,
            "achievements",
            "GET",
            "/v1/contracts",
            params=params | ({"cursor": cursor} if cursor else {}),
        )
        if answer.status_code != 200:
            return None
        page = answer.json()
        for one in _choose(page["items"], contract_id, number):
            return TradeRecord(CONTRACT, one["id"], one["number"])
        cursor = page["next_cursor"]
        if cursor is None:
            return None
    return None


def _choose(
    items: list[Mapping[str, Any]], contract_id: str | None, number: str | None
) -> Iterator[Mapping[str, Any]]:
    for one in items:
        by_id = contract_id is None or one["id"] == contract_id
        if by_id and (number is None or one["number"] == number):
            yield one


async def confirm_deal(directory: Directory, case: Case, track_id: str, deal: Deal) -> Receipt:
    """Have the exchange confirm a deal, through the one adaptor, which the registry keeps.

    The key is the track, so that asking again is asking the same.
    """
    body = {
        "key": track_id,
        "case_number": case.number,
        "listing_number": deal.listing_number,
        "amount_yuan": deal.amount_yuan,
        "buyer_uscc": deal.buyer_uscc,
        "seller_uscc": deal.seller_uscc,
        "dealt_on": None if deal.dealt_on is None else deal.dealt_on.isoformat(),
    }
    answer = await call_house(
        directory, "achievements", "POST", "/internal/exchange-deals", body=body
    )
    if answer.status_code == 422:
        raise quote_problem(InvalidInput, "trade_incomplete", answer)
    said = answer.json()
    if said["status"] is None:
        raise Unavailable(
            "exchange_unavailable",
            Text(
                "交易中心暂时没有答复，请稍后重试",
                "the exchange does not answer just now; try again shortly",
            ),
            attempts=said["attempts"],
        )
    if said["status"] not in (200, 201):
        detail = str(said["answer"].get("detail", ""))
        raise RuleBroken("exchange_refused", Text(detail, detail), status=said["status"])
    return Receipt(
        case_id=case.id,
        track_id=track_id,
        attempts=said["attempts"],
        simulated=said["simulated"],
        request=body,
        status=said["status"],
        answer=said["answer"],
    )
