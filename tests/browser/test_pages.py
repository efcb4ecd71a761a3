"""What a person sees who opens the platform in a browser that reaches nothing else."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_the_front_page_shows_the_six_stages_and_how_to_begin(visit: Visit) -> None:
    visit.open("/")

    expect(visit.page.locator("ol.stages li b")).to_have_text(["信", "评", "保", "贷", "投", "易"])
    expect(visit.page.get_by_role("cell", name="demo-university", exact=True)).to_be_visible()
    assert visit.outside == []
    assert visit.complaints == []


def test_every_address_on_the_front_page_answers(visit: Visit) -> None:
    visit.open("/")
    links = [link.get_attribute("href") for link in visit.page.get_by_role("link").all()]

    answers = {
        link: httpx.get(f"{visit.address}{link}", timeout=60, trust_env=False) for link in links
    }

    assert len(links) >= 5
    assert {link for link, answer in answers.items() if answer.status_code != 200} == set()


def test_the_api_pages_show_every_part_with_no_internet(visit: Visit) -> None:
    visit.open("/docs")

    operations = visit.page.locator(".opblock")
    expect(operations.first).to_be_visible(timeout=90_000)
    paths = visit.page.locator(".opblock-summary-path").all_inner_texts()
    shown = {path.replace("\u200b", "").split("/")[2] for path in paths if path.count("/") >= 2}
    assert shown >= {"achievements", "subsidies", "inquiries", "cases"}
    assert visit.outside == []
    assert visit.complaints == []


def test_a_problem_has_a_page_in_the_readers_language(visit: Visit) -> None:
    visit.open("/problems/consent_required")

    expect(visit.page.locator("body")).to_contain_text("consent_required")
    expect(visit.page.locator("body")).to_contain_text("授权")
    assert visit.outside == []


def test_the_diagram_of_a_case_is_drawn(visit: Visit) -> None:
    number, token = _open_case(visit.address)
    visit.page.set_extra_http_headers({"Authorization": f"Bearer {token}"})

    visit.open(f"/v1/cases/{number}/diagram.svg")

    drawn = visit.page.evaluate(
        "[...document.querySelectorAll('text')].map(text => [text.textContent,"
        " text.getBoundingClientRect().width])"
    )
    widths = {stage: max(width for text, width in drawn if stage in text) for stage in "信贷易"}
    assert all(width > 0 for width in widths.values())
    assert visit.complaints == []


def _open_case(address: str) -> tuple[str, str]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as http:
        answer = http.post(
            "/v1/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": "demo-enterprise",
                "client_secret": "demo",
            },
        )
        token = answer.json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        uscc = http.get("/v1/me").json()["organization"]["uscc"]
        case = http.post(
            "/v1/cases",
            json={
                "uscc": uscc,
                "title": "浏览器中可见的办件",
                "amount_yuan": "1000000.00",
                "plan": "credit-loan-trade",
            },
        )
        assert case.status_code == 201, case.text
        return case.json()["id"], token
