"""Only what the catalogue lets out goes up; corrections follow; a package has one effect."""

import asyncio
from typing import Any

import httpx
import pytest

from kit.auth import mint_token
from kit.directory import Directory
from kit.jobs import Work
from kit.keys import signing_key
from kit.settings import Mode
from services.credit.main import create_app
from services.credit.settings import CreditSettings
from services.credit.usecases.outlets import send
from tests.db.credit.conftest import BANK, ENTERPRISE, OFFICER, SERVICE, City
from tests.serving import serve


class Simulated(Directory):
    """The directory of one machine, with a token that needs no gateway."""

    async def service_headers(self) -> dict[str, str]:
        token = mint_token(SERVICE, signing_key(self._settings), seconds=60)
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def city(server, tmp_path_factory):  # type: ignore[no-untyped-def]
    from kit.settings import Settings

    settings = Settings(
        database_url=server.clone("credit"),
        data_dir=tmp_path_factory.mktemp("outlets"),
        mode=Mode.DEMO,
    )
    signing_key(settings)
    app = create_app(settings, own=CreditSettings())
    with serve(app) as address:
        yield City(app, address, settings)


def _send(city: City, package_id: str) -> None:
    async def run() -> None:
        directory = Simulated(city.settings)
        directory._clients["credit"] = httpx.AsyncClient(base_url=city.address, trust_env=False)
        await send(Work(city.app.state.database, directory, city.settings), package_id=package_id)
        await directory.close()

    asyncio.run(run())


def _package(city: City, outlet: str = "provincial") -> Any:
    path = f"/v1/credit-facts/outlets/{outlet}/packages"
    made = city.call(OFFICER, "POST", path)
    if made.status_code == 409:
        return None
    assert made.status_code == 202, made.text
    _send(city, made.json()["id"])
    _send(city, made.json()["id"])  # a job may be done twice
    content = city.call(OFFICER, "GET", f"{path}/{made.json()['id']}/content").json()
    kept = city.call(OFFICER, "GET", path).json()["items"][0]
    return {"content": content, "kept": kept}


def _held(city: City, outlet: str = "provincial") -> set[str]:
    path = f"/v1/credit-facts/outlets/{outlet}/simulator?uscc={ENTERPRISE.uscc}"
    found = city.call(OFFICER, "GET", path).json()
    assert found["simulated"] is True
    return {row["item"] for row in found["items"]}


def test_the_catalogue_decides_what_goes_out_and_corrections_follow(
    city: City, make_fact: Any
) -> None:
    rows = [
        make_fact(item="annual_revenue_yuan", value="1.00"),
        make_fact(item="high_tech_certificate", value="GR1", source_id="s1"),
        make_fact(item="inspection_finding", value="某项", source_id="i1"),
    ]
    assert city.post_facts(*rows).status_code == 207
    first = _package(city)

    assert {row["item"] for row in first["content"]["rows"]} <= {"high_tech_certificate"}
    assert first["kept"]["state"] == "received"
    assert first["kept"]["receipt_number"].startswith("SIM-provincial-")
    assert _held(city) == {"high_tech_certificate"}
    assert _package(city) is None

    city.post_facts(make_fact(item="high_tech_certificate", value="GR2", source_id="s1"))
    second = _package(city)

    assert [row["act"] for row in second["content"]["rows"]] == ["withdraw", "put"]
    assert "value" not in second["content"]["rows"][0]
    assert _held(city) == {"high_tech_certificate"}


def test_outlets_are_described_and_are_simulators_here(city: City) -> None:
    found = city.call(OFFICER, "GET", "/v1/credit-facts/outlets").json()["items"]

    assert [(each["code"], each["at_work"], each["simulated"]) for each in found] == [
        ("city", True, True),
        ("provincial", True, True),
        ("national", True, True),
    ]
    assert "inspection_finding" not in found[1]["items"]
    assert "annual_revenue_yuan" not in found[1]["items"]
    assert city.call(BANK, "GET", "/v1/credit-facts/outlets").status_code == 403
