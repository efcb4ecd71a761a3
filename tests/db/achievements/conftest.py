"""The registry served over HTTP on a fresh database, and its callers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kit.auth import Role
from kit.db import Database
from kit.directory import Directory
from kit.jobs import Work
from kit.settings import Settings
from services.achievements.main import HOUSE, create_app
from services.achievements.usecases.import_runs import run_import
from tests.server import TestServer
from tests.serving import call_as, make_principal, serve

UNIVERSITY = "123700004955000143"
ENTERPRISE = "91370102MA3D000125"
BUREAU = "11370102004200018N"
AUDITOR = "11370102004200026H"
EXCHANGE = "91370100MA3D00071B"
BANK = "91370102MA3D00039W"


@dataclass(frozen=True)
class Registry:
    """The running registry and those who call it."""

    address: str
    settings: Settings
    database: Database
    university: httpx.Client
    enterprise: httpx.Client
    officer: httpx.Client
    auditor: httpx.Client
    exchange: httpx.Client
    bank: httpx.Client
    service: httpx.Client
    public: httpx.Client

    def finish_import(self, import_id: str) -> None:
        """Do what the worker would do."""
        run_import(
            Work(self.database, Directory(self.settings), self.settings), import_id=import_id
        )


@pytest.fixture(scope="module")
def registry(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    data_dir: Path = tmp_path_factory.mktemp("data")
    settings = Settings(database_url=server.clone("achievements"), data_dir=data_dir)
    database = Database(settings.database_of("achievements"), pool_size=4, info={"house": HOUSE})
    with serve(create_app(settings)) as address:

        def caller(role: Role, uscc: str, name: str, kind: str = "") -> httpx.Client:
            return call_as(address, settings, make_principal(role, uscc, name, kind))

        clients = {
            "university": caller(Role.UNIVERSITY, UNIVERSITY, "山东某大学"),
            "enterprise": caller(Role.ENTERPRISE, ENTERPRISE, "济南明湖智造科技有限公司"),
            "officer": caller(Role.OFFICER, BUREAU, "历下区科学技术局", "government"),
            "auditor": caller(Role.AUDITOR, AUDITOR, "历下区某审计机构"),
            "exchange": caller(Role.EXCHANGE, EXCHANGE, "山东某技术成果交易中心"),
            "bank": caller(Role.BANK, BANK, "历下某银行科技支行"),
            "service": caller(Role.SERVICE, BUREAU, "六融平台", "government"),
            "public": httpx.Client(base_url=address, timeout=30, trust_env=False),
        }
        yield Registry(address, settings, database, **clients)
        for client in clients.values():
            client.close()
    database.close()


def make_item(**changes: object) -> dict[str, object]:
    """An achievement as it is sent, right in every part."""
    return {
        "source_id": "SDU-1",
        "title": "高安全固态锂电池电解质制备技术",
        "abstract": "面向储能的硫化物固态电解质及其规模化制备方法。Solid-state electrolytes.",
        "keywords": ["固态电池", "电解质"],
        "field": "new-materials",
        "industry": "C39",
        "trl": 6,
        "organizations": [{"uscc": UNIVERSITY, "name": "山东某大学"}],
        "contributors": [{"name": "张三", "orcid": "0000-0002-1825-0097"}],
        "intellectual_property": [
            {"kind": "invention_patent", "number": "ZL201710601862.3", "status": "granted"}
        ],
        "transfer_ways": ["license", "equity"],
        "asking_price_yuan": "500000.00",
        "visibility": "public",
        "completed_on": "2024-03-01",
    } | changes


def upsert(client: httpx.Client, source_id: str, **changes: object) -> httpx.Response:
    """Send an achievement under its source_id."""
    return client.put(
        f"/v1/achievements/by-source/{source_id}",
        json=make_item(**{"source_id": source_id, **changes}),
    )
