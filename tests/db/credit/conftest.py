"""Credit served over real HTTP on its own migrated database, with its callers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kit.auth import Principal, Role, mint_token
from kit.keys import signing_key
from kit.settings import Settings
from services.credit.main import create_app
from services.credit.settings import CreditSettings
from tests.server import TestServer
from tests.serving import make_principal, serve

ENTERPRISE = make_principal(Role.ENTERPRISE, "91370102MA3D000125", "济南明湖智造科技有限公司")
ENTERPRISE_2 = make_principal(Role.ENTERPRISE, "91370102MA3D000200", "济南泉韵生物医药有限公司")
BANK = make_principal(Role.BANK, "91370102MA3D00039W", "历下某银行科技支行")
INSURER = make_principal(Role.INSURER, "91370102MA3D00047P", "历下某财产保险有限公司")
FUND = make_principal(Role.FUND, "91370102MA3D00055J", "历下某天使创业投资基金")
OFFICER = make_principal(Role.OFFICER, "11370102004200018N", "历下区科学技术局", "government")
AUDITOR = make_principal(Role.AUDITOR, "11370102004200026H", "历下区某审计机构", "government")
SERVICE = make_principal(Role.SERVICE, "11370102004200018N", "平台")

Json = Any


@dataclass(frozen=True)
class City:
    """The running service and the way to speak to it."""

    app: FastAPI
    address: str
    settings: Settings
    tokens: dict[Principal, str] = field(default_factory=dict)

    def token_of(self, caller: Principal) -> str:
        """The same each time, as callers keep theirs: the service knows it from the second on."""
        if caller not in self.tokens:
            self.tokens[caller] = mint_token(caller, signing_key(self.settings), seconds=3600)
        return self.tokens[caller]

    def call(
        self,
        caller: Principal | None,
        method: str,
        path: str,
        body: Json = None,
        **headers: str,
    ) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if caller is not None:
            sent["Authorization"] = f"Bearer {self.token_of(caller)}"
        return httpx.request(
            method, self.address + path, json=body, headers=sent, timeout=30, trust_env=False
        )

    def post_facts(self, *rows: Json) -> httpx.Response:
        return self.call(OFFICER, "POST", "/v1/credit-facts/batches", {"items": list(rows)})

    def ask(self, caller: Principal = BANK, **overrides: Json) -> Json:
        body = {
            "uscc": ENTERPRISE.uscc,
            "purpose": "loan_review",
            "scope": "detail",
            "categories": ["innovation", "growth", "operation", "compliance", "honours"],
            "valid_until": "2036-12-31",
            "max_reads": 1000,
        } | overrides
        answer = self.call(caller, "POST", "/v1/consents", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def decide(
        self, consent_id: str, decision: str, caller: Principal = ENTERPRISE
    ) -> httpx.Response:
        return self.call(
            caller,
            "POST",
            f"/v1/consents/{consent_id}/decisions",
            {"decision": decision},
            If_Match="*",
        )

    def grant(self, caller: Principal = BANK, **overrides: Json) -> str:
        consent = self.ask(caller, **overrides)
        owner = make_principal(Role.ENTERPRISE, consent["uscc"])
        assert self.decide(consent["id"], "granted", owner).status_code == 200
        return str(consent["id"])

    def look(
        self, consent_id: str | None, caller: Principal = BANK, **overrides: Json
    ) -> httpx.Response:
        body = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review", "consent_id": consent_id}
        return self.call(caller, "POST", "/v1/inquiries", body | overrides)

    def log(self, uscc: str = ENTERPRISE.uscc) -> list[Json]:
        answer = self.call(AUDITOR, "GET", f"/v1/enterprises/{uscc}/access-log?limit=200")
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items


@pytest.fixture(scope="module")
def city(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    settings = Settings(
        database_url=server.clone("credit"), data_dir=Path(tmp_path_factory.mktemp("credit"))
    )
    signing_key(settings)
    own = CreditSettings(webhook_hosts="127.0.0.1", webhook_private=True)
    app = create_app(settings, own=own)
    with serve(app) as address:
        yield City(app, address, settings)


@pytest.fixture
def make_fact() -> Callable[..., Json]:
    def make(**overrides: Json) -> Json:
        return {
            "uscc": ENTERPRISE.uscc,
            "item": "annual_revenue_yuan",
            "value": "12000000.00",
            "source": "历下区税务局",
            "valid_from": "2025-01-01",
        } | overrides

    return make
