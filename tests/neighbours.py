"""Stand-ins for the houses that the gateway asks: credit and achievements."""

import zlib
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.directory import Directory
from services.achievements.schemas.exchange import DealQuestion
from services.achievements.usecases.exchange import ask_deal


@dataclass
class Neighbours:
    """What credit and achievements answer, and what they were asked."""

    consent: bool = True
    weak: bool = False
    away: bool = False
    asked: list[str] = field(default_factory=list)
    contracts: dict[str, dict[str, object]] = field(default_factory=dict)
    directory: Directory | None = None

    async def fix_credit_result(self, request: Request) -> Response:
        self.asked.append("credit-results")
        if self.away:
            return Response(status_code=500)
        if not self.consent:
            english = request.headers.get("accept-language") == "en"
            detail = "no consent" if english else "企业未授权"
            return JSONResponse({"code": "consent_required", "detail": detail}, 403)
        return JSONResponse(
            {
                "consents": [{"id": "consent-1"}],
                "score": 71.5,
                "grade": "B",
                "weak": self.weak,
                "valid_until": "2027-02-28",
                "input_hash": "ab" * 32,
                "inquiry_id": None,
            }
        )

    async def check_standings(self, request: Request) -> Response:
        self.asked.append("consent-standings")
        questions = (await request.json())["questions"]
        return JSONResponse({"stands": [self.consent for _ in questions]})

    async def get_achievement(self, request: Request) -> Response:
        if request.path_params["id"] == "unknown":
            return JSONResponse({"code": "not_found"}, 404)
        return JSONResponse(
            {
                "id": request.path_params["id"],
                "title": "低功耗芯片",
                "organizations": [{"uscc": "123700004955000143", "name": "山东某大学"}],
                "transfer_ways": ["equity", "license"],
                "owner": {"uscc": "123700004955000143", "name": "某大学", "kind": "university"},
            }
        )

    async def list_comparables(self, request: Request) -> Response:
        asked = request.query_params.get("ids", "").split(",")
        items = [
            {
                "contract_id": f"k{place}",
                "type": "license",
                "field": "chips",
                "trl": 6,
                "technology_yuan": f"{place}00000.00",
                "registered_on": "2026-03-01",
            }
            for place in range(1, 6)
        ]
        wanted = [one for one in items if asked == [""] or one["contract_id"] in asked]
        return JSONResponse({"items": wanted})

    async def register_contract(self, request: Request) -> Response:
        terms = await request.json()
        self.asked.append("contracts")
        known = self.contracts.setdefault(terms["source_ref"], terms)
        number = f"20{zlib.crc32(str(known['source_ref']).encode()):014d}"
        return JSONResponse({"contract_id": f"c-{number}", "contract_number": number})

    async def confirm_deal(self, request: Request) -> Response:
        """As the registry does: its one adaptor, against the simulator."""
        question = DealQuestion.model_validate(await request.json())
        done = await ask_deal(self.directory, question)
        return JSONResponse(done.model_dump(mode="json"))

    def make_app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/internal/credit-results", self.fix_credit_result, methods=["POST"]),
                Route("/internal/consent-standings", self.check_standings, methods=["POST"]),
                Route("/v1/achievements/{id}", self.get_achievement),
                Route("/internal/achievements/{id}", self.get_achievement),
                Route("/internal/comparables", self.list_comparables),
                Route("/internal/contracts", self.register_contract, methods=["POST"]),
                Route("/internal/exchange-deals", self.confirm_deal, methods=["POST"]),
            ]
        )
