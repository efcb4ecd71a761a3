"""The one description of the whole API keeps what the contract promises of every operation."""

import asyncio
import re

import httpx
import pytest
from openapi_spec_validator import validate

from gateway.rules.addresses import find_owner
from kit.settings import Settings
from liurong.houses import HouseName, create_house, open_houses

METHODS = ("get", "put", "post", "patch", "delete")


DOCUMENTS = ("GET /v1/credit-catalogue",)
"""Read whole, although a part of them is called `items`."""

PAGES = ("/", "/docs", "/redoc", "/problems/consent_required")


@pytest.fixture(scope="module")
def answers(server, tmp_path_factory):
    settings = Settings(
        database_url=server.clone(), data_dir=tmp_path_factory.mktemp("d"), mode="demo"
    )

    async def read():
        async with open_houses(HouseName, settings) as apps:
            transport = httpx.ASGITransport(apps[HouseName.GATEWAY])
            async with httpx.AsyncClient(transport=transport, base_url="http://liurong") as http:
                return {path: await http.get(path) for path in ("/openapi.json", *PAGES)}

    return asyncio.run(read())


@pytest.fixture(scope="module")
def description(answers):
    return answers["/openapi.json"].json()


@pytest.fixture(scope="module")
def operations(description):
    return {
        f"{method.upper()} {path}": operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_it_is_valid_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")
    validate(description)


def test_every_operation_says_what_it_is_and_for_whom(operations):
    for name, operation in operations.items():
        assert "·" in operation["summary"], name
        assert operation["tags"], name
        assert operation["x-roles"], name


def test_every_operation_names_its_errors(operations):
    for name, operation in operations.items():
        if operation["x-roles"] != ["public"]:
            assert "401" in operation["responses"], name
        errors = [answer for status, answer in operation["responses"].items() if status >= "4"]
        assert errors, name
        for answer in errors:
            assert "application/problem+json" in answer["content"], name


def test_every_json_body_has_an_example(description, operations):
    def has_example(schema):
        if "$ref" in schema:
            schema = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return bool(schema.get("examples") or schema.get("example"))

    for name, operation in operations.items():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            assert "examples" in body or "example" in body or has_example(body["schema"]), name


def test_every_list_is_told_in_pages(description, operations):
    for name, operation in operations.items():
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if not name.startswith("GET ") or answer is None:
            continue
        schema = answer["schema"]
        schema = description["components"]["schemas"].get(
            schema.get("$ref", "").rsplit("/", 1)[-1], schema
        )
        assert schema.get("type") != "array", name
        if "items" in schema.get("properties", {}) and name not in DOCUMENTS:
            assert "next_cursor" in schema["properties"], name


def test_operations_have_names_of_their_own(operations):
    names = [operation["operationId"] for operation in operations.values()]

    assert len(names) == len(set(names))


def test_nothing_internal_is_described(operations):
    assert not [name for name in operations if "/internal" in name]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_needs_no_internet(answers, page):
    loaded = re.findall(r"""(?:src|href|url)\s*[=:(]\s*["']?(https?:)?//""", answers[page].text)

    assert answers[page].status_code == 200
    assert loaded == []


def test_every_call_of_every_service_has_its_way_through_the_gateway(server, tmp_path) -> None:
    settings = Settings(database_url=server.clone(), data_dir=tmp_path, mode="demo")

    for house in set(HouseName) - {HouseName.GATEWAY}:
        for path in create_house(house, settings).openapi()["paths"]:
            assert not path.startswith("/v1/") or find_owner(path) == house, path
