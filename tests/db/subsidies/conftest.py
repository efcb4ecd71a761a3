"""Subsidies served over real HTTP on its own migrated database, with its callers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from kit.auth import Principal, Role
from kit.db import new_id
from kit.keys import signing_key
from kit.settings import Settings
from services.subsidies.main import create_app
from tests.server import TestServer
from tests.serving import call_as, make_principal, serve

OFFICER = make_principal(Role.OFFICER, "11370102004200018N", "历下区科学技术局", "government")
AUDITOR = make_principal(Role.AUDITOR, "11370102004200026H", "历下区某审计机构", "government")
SERVICE = make_principal(Role.SERVICE, "11370102004200018N", "平台")
UNIVERSITY = make_principal(Role.UNIVERSITY, "123700004955000143", "山东某大学")
ENTERPRISE = make_principal(Role.ENTERPRISE, "91370102MA3D000125", "济南明湖智造科技有限公司")
ENTERPRISE_2 = make_principal(Role.ENTERPRISE, "91370102MA3D000200", "济南泉韵生物医药有限公司")

Json = Any


@dataclass(frozen=True)
class Bureau:
    """The running service and the way to speak to it."""

    address: str
    settings: Settings

    def call(
        self, caller: Principal | None, method: str, path: str, body: Json = None, **headers: str
    ) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if caller is None:
            return httpx.request(
                method, self.address + path, json=body, headers=sent, timeout=60, trust_env=False
            )
        with call_as(self.address, self.settings, caller) as client:
            return client.request(method, path, json=body, headers=sent)

    def tell(self, type_: str, data: Json, **envelope: Json) -> httpx.Response:
        body = {
            "id": new_id(),
            "source": "achievements",
            "type": f"achievements.{type_}",
            "subject": data.get("uscc", "x"),
            "time": "2026-11-23T09:00:00+08:00",
            "data": data,
        } | envelope
        answer = self.call(SERVICE, "POST", "/internal/events", body)
        assert answer.status_code == 204, answer.text
        return answer

    def pay(self, **overrides: Json) -> httpx.Response:
        return self.call(OFFICER, "POST", "/v1/city-payments", make_payment(**overrides))

    def entitlements(self, uscc: str, caller: Principal = OFFICER) -> list[Json]:
        answer = self.call(caller, "GET", f"/v1/entitlements?uscc={uscc}&limit=200")
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items


def make_payment(**overrides: Json) -> Json:
    return {
        "payment_ref": f"JN-{new_id()}",
        "uscc": ENTERPRISE.uscc,
        "approved_yuan": "60000.00",
        "disbursed_yuan": "60000.00",
        "disbursed_on": "2026-11-20",
    } | overrides


def make_contract(**overrides: Json) -> Json:
    contract_id = new_id()
    return {
        "contract_id": contract_id,
        "contract_number": str(int(contract_id.replace("-", "")[:15], 16)).zfill(18)[-16:],
        "type": "transfer",
        "title": "一种检测方法的技术转让",
        "seller": {"uscc": UNIVERSITY.uscc, "name": "山东某大学", "kind": "university"},
        "buyer": {"uscc": ENTERPRISE.uscc, "name": "明湖智造", "kind": "enterprise"},
        "total_yuan": "500000.00",
        "technology_yuan": "400000.00",
        "registered_by": "jinan_municipal",
        "registered_on": "2026-11-10",
        "achievement_id": None,
        "case_id": None,
    } | overrides


def make_organization(principal: Principal, **overrides: Json) -> Json:
    return {
        "uscc": principal.uscc,
        "name": principal.org_name,
        "kind": principal.org_kind,
        "in_district": True,
        "is_industrial": True,
        "is_above_designated_size": True,
    } | overrides


@contextmanager
def open_bureau(server: TestServer, folder: Path) -> Iterator[Bureau]:
    settings = Settings(database_url=server.clone("subsidies"), data_dir=folder)
    signing_key(settings)
    with serve(create_app(settings)) as address:
        yield Bureau(address, settings)


@pytest.fixture
def bureau(server: TestServer, tmp_path: Path) -> Iterator[Bureau]:
    """A service of the test's own, with an empty database."""
    with open_bureau(server, tmp_path) as bureau:
        yield bureau


@pytest.fixture(scope="module")
def shared_bureau(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """One service for the questions that store nothing."""
    with open_bureau(server, Path(tmp_path_factory.mktemp("subsidies"))) as bureau:
        yield bureau
