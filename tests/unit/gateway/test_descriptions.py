"""One description out of many, and whose address is whose."""

import pytest

from gateway.rules.addresses import find_owner, is_plain_path
from gateway.rules.descriptions import merge_descriptions


def make_part(paths, schemas, problems=None):
    return {
        "openapi": "3.1.0",
        "paths": paths,
        "components": {"schemas": schemas},
        "x-problem-types": problems or {},
    }


def answer(name):
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}


def test_two_schemas_of_one_name_are_told_apart():
    own = make_part({"/v1/cases": answer("Page")}, {"Page": {"title": "Page of cases"}})
    credit = make_part(
        {"/v1/consents": answer("List")},
        {
            "List": {"items": {"$ref": "#/components/schemas/Page"}},
            "Page": {"title": "Page of consents"},
        },
    )

    whole = merge_descriptions(own, {"credit": credit})

    schemas = whole["components"]["schemas"]
    assert schemas["Page"]["title"] == "Page of cases"
    assert schemas["CreditPage"]["title"] == "Page of consents"
    assert schemas["List"]["items"]["$ref"] == "#/components/schemas/CreditPage"


def test_equal_schemas_that_lean_on_a_clash_are_told_apart_too():
    leaning = {"List": {"items": {"$ref": "#/components/schemas/Page"}}}
    own = make_part({"/v1/cases": answer("List")}, leaning | {"Page": {"title": "a"}})
    credit = make_part({"/v1/consents": answer("List")}, leaning | {"Page": {"title": "b"}})

    whole = merge_descriptions(own, {"credit": credit})

    schema = whole["paths"]["/v1/consents"]["get"]["responses"]["200"]["content"]
    assert schema["application/json"]["schema"]["$ref"].endswith("/CreditList")
    assert set(whole["components"]["schemas"]) == {"List", "Page", "CreditList", "CreditPage"}


def test_internal_paths_and_their_words_stay_inside():
    own = make_part({}, {})
    credit = make_part(
        {"/internal/events": answer("Secret"), "/v1/cases": answer("Secret")},
        {"Secret": {"title": "Secret"}},
        {"consent_required": {"zh": "须有授权", "en": "Consent needed"}},
    )

    whole = merge_descriptions(own, {"credit": credit})

    assert whole["paths"] == {}
    assert whole["components"]["schemas"] == {}
    assert whole["x-problem-types"] == {
        "consent_required": {"zh": "须有授权", "en": "Consent needed"}
    }


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/v1/achievements", "achievements"),
        ("/v1/import-templates/instruments.xlsx", "achievements"),
        ("/v1/city-payments", "subsidies"),
        ("/v1/enterprises/x/access-log", "credit"),
        ("/v1/cases/1/plan", None),
        ("/v1/oauth/token", None),
        ("/v1", None),
        ("/internal/events", None),
        ("//v1/achievements", None),
        ("/v2/achievements", None),
    ],
)
def test_every_address_has_one_owner(path, owner):
    assert find_owner(path) == owner


@pytest.mark.parametrize("path", ["/v1/a/../b", "/v1/a/./b", "/v1//a", "/v1/a\\..\\b", "/v1/.."])
def test_a_path_that_says_something_else_is_not_plain(path):
    assert not is_plain_path(path)


@pytest.mark.parametrize(
    "path", ["/v1/a", "/v1/a/", "/v1/a/b.svg", "/v1/a/...", "/v1/a\\b", "/v1/a/济南"]
)
def test_a_path_that_says_what_it_means_is_plain(path):
    assert is_plain_path(path)
