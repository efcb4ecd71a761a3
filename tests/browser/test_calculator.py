"""Anyone asks what subsidy there is: the form is drawn from the policy, the answer quotes it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_provincial_first_prize_is_fifty_thousand_yuan_with_its_clause(visit: Visit) -> None:
    visit.open("/calculator")
    _tell(visit.page, "on", "2024-06-30")
    visit.page.locator('[name="applicant/kind"]').select_option("enterprise")
    visit.page.locator('[name="applicant/in_district"]').select_option("true")
    visit.page.get_by_role("button", name="科技奖励").click()
    visit.page.locator('[name="awards/0/scheme"]').select_option("shandong_st_progress")
    visit.page.locator('[name="awards/0/level"]').select_option("first")
    _tell(visit.page, "awards/0/awarded_on", "2024-03-01")

    visit.page.locator("#calculate").click()

    expect(visit.page.locator("#total")).to_have_text("50000.00 元")
    award = visit.page.locator('[data-rule="award"]')
    expect(award).to_have_attribute("data-outcome", "eligible")
    expect(award.locator("blockquote").first).to_be_visible()
    assert visit.outside == []
    assert visit.complaints == []


def test_what_is_not_known_is_asked_for_and_never_taken_for_zero(visit: Visit) -> None:
    visit.open("/calculator")
    _tell(visit.page, "on", "2024-06-30")
    visit.page.get_by_role("button", name="科技奖励").click()

    visit.page.locator("#calculate").click()

    award = visit.page.locator('[data-rule="award"]')
    expect(award).to_have_attribute("data-outcome", "needs_info")
    expect(award.locator(".missing").first).to_be_visible()
    expect(visit.page.locator("#total")).not_to_have_text("0.00 元")


def test_what_cannot_be_read_is_pointed_at(visit: Visit) -> None:
    visit.open("/calculator")
    _tell(visit.page, "applicant/annual_revenue_yuan", "很多")

    visit.page.locator("#calculate").click()

    expect(visit.page.locator("#answer li")).to_contain_text("/applicant/annual_revenue_yuan")


def test_a_platform_that_does_not_answer_is_said(visit: Visit) -> None:
    visit.open("/calculator")
    visit.page.route("**/v1/subsidies/calculations", lambda route: route.abort())

    visit.page.locator("#calculate").click()

    expect(visit.page.locator("#answer")).to_contain_text("平台暂时没有应答")


def test_every_question_of_the_policy_has_a_field(visit: Visit) -> None:
    visit.open("/calculator")
    for button in visit.page.locator("[data-list] > button").all():
        button.click()
    form = visit.page.evaluate(
        "fetch('/v1/policies/lixia-transformation').then(answer => answer.json())"
    )["form"]

    drawn = visit.page.locator("#form [name]").evaluate_all("all => all.map(one => one.name)")

    assert set(drawn) == set(_fields(form, ""))
    assert len(drawn) > 30


def _tell(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"]').fill(value)


def _fields(schema: dict[str, object], path: str) -> list[str]:
    properties = schema.get("properties")
    items = schema.get("items")
    if isinstance(items, dict):
        return _fields(items, f"{path}/0")
    if not isinstance(properties, dict):
        return [path]
    return [
        field
        for name, part in properties.items()
        for field in _fields(part, f"{path}/{name}" if path else name)
    ]
