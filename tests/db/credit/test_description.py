"""The catalogue, the cards and the description that outsiders build on."""

from tests.db.credit.conftest import BANK, ENTERPRISE, OFFICER, City


def test_the_catalogue_and_the_cards_are_public(city: City) -> None:
    catalogue = city.call(None, "GET", "/v1/credit-catalogue").json()
    cards = city.call(None, "GET", "/v1/scorecards").json()["items"]
    card = city.call(None, "GET", "/v1/scorecards/lixia-innovation-credit").json()
    before = city.call(None, "GET", "/v1/scorecards/technology-sme?on=2016-01-01")

    assert {each["code"] for each in catalogue["purposes"]} >= {"loan_review", "financing_case"}
    assert {each["disclosure"] for each in catalogue["items"]} == {
        "public",
        "with_consent",
        "government_only",
    }
    assert [each["id"] for each in cards] == ["lixia-innovation-credit", "technology-sme"]
    assert card["best_possible"] == 1000
    assert "不是违约概率" in card["model_card"]["text"]["zh"]
    assert before.status_code == 404


def test_the_examples_of_the_description_work(city: City) -> None:
    schemas = city.call(None, "GET", "/openapi.json").json()["components"]["schemas"]
    batch = schemas["FactBatchRequest"]["examples"][0]
    request = schemas["ConsentRequest"]["examples"][0]

    taken = city.call(OFFICER, "POST", "/v1/credit-facts/batches", batch)
    asked = city.call(BANK, "POST", "/v1/consents", request)

    assert [row["result"] for row in taken.json()["items"]] == ["created", "created"]
    assert asked.status_code == 201
    assert asked.headers["location"] == f"/v1/consents/{asked.json()['id']}"


def test_a_key_makes_a_second_request_the_same(city: City) -> None:
    body = {"uscc": ENTERPRISE.uscc, "purpose": "loan_review", "valid_until": "2036-01-01"}

    first = city.call(BANK, "POST", "/v1/consents", body, Idempotency_Key="k1")
    again = city.call(BANK, "POST", "/v1/consents", body, Idempotency_Key="k1")

    assert again.content == first.content
