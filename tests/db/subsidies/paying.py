"""Steps from an entitlement to money, as tests take them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlencode

import httpx
from sqlalchemy import create_engine, text

from kit.clock import today
from kit.settings import database_url_of
from tests.db.subsidies.conftest import (
    ENTERPRISE,
    OFFICER,
    make_contract,
    make_organization,
)
from tests.serving import call_as

OFFICER_2 = replace(OFFICER, client_id="another-officer")
PATH = "/v1/subsidy-applications"
HAVES = ("investment", "site", "staff", "equipment", "rules", "results")
DOUBLES = "/v1/suspected-doubles"
HEADER = "line_id,payee_uscc,amount_yuan,result,paid_on,bank_ref,message\n"


def run_sql(bureau, statement, **values):
    engine = create_engine(database_url_of(bureau.settings.database_url, "subsidies"))
    try:
        with engine.begin() as connection:
            connection.execute(text(statement), values)
    finally:
        engine.dispose()


def ask_sql(bureau, statement):
    engine = create_engine(database_url_of(bureau.settings.database_url, "subsidies"))
    with engine.connect() as connection:
        found = connection.execute(text(statement)).scalar()
    engine.dispose()
    return found


def allot(bureau, yuan, rule="contract_match"):
    body = {"year": today().year, "rule": rule, "allotted_yuan": yuan}
    answer = bureau.call(OFFICER, "POST", "/v1/budgets", body)
    assert answer.status_code == 201, answer.text
    return f"/v1/budgets/{answer.json()['id']}"


def open_due(bureau, yuan="60000.00"):
    contract = make_contract()
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.tell("contract-registered", contract)
    paid = bureau.pay(contract_id=contract["contract_id"], approved_yuan=yuan, disbursed_yuan=yuan)
    return paid.json()["entitlements"][0]


def confirm(bureau, *entitlements):
    answer = bureau.call(
        OFFICER,
        "POST",
        "/v1/entitlements/confirmations",
        {"entitlement_ids": list(entitlements)},
    )
    assert answer.status_code == 207, answer.text
    return answer.json()["items"]


def step(bureau, caller, application, act, **more):
    body = {"act": act} | more
    return bureau.call(caller, "POST", f"{PATH}/{application}/decisions", body, If_Match="*")


def approve(bureau, application, **decided):
    reviewed = step(bureau, OFFICER, application, "review", **decided)
    assert reviewed.status_code == 200, reviewed.text
    approved = step(bureau, OFFICER_2, application, "approve")
    assert approved.status_code == 200, approved.text
    return application


def clear(bureau, application):
    assert step(bureau, OFFICER, application, "publish").status_code == 200
    run_sql(
        bureau,
        "UPDATE applications SET notice_until = notice_until - 30 WHERE id = :id",
        id=application,
    )
    cleared = step(bureau, OFFICER, application, "clear")
    assert cleared.status_code == 200, cleared.text
    return application


def bring_to_payment(bureau, yuan="60000.00", ratio="1"):
    """A cleared application in a batch; gives the application and the batch."""
    [confirmed] = confirm(bureau, open_due(bureau, yuan))
    application = approve(bureau, confirmed["application_id"], match_ratio=ratio)
    clear(bureau, application)
    return application, order(bureau, application).json()


def order(bureau, *applications):
    body = {"application_ids": list(applications)}
    return bureau.call(OFFICER, "POST", "/v1/disbursements", body)


def row(line, amount=None, ref="B1", result="paid", payee=None, day=None):
    day = day or today().isoformat()
    amount = amount or line["amount_yuan"]
    return f"{line['line_id']},{payee or line['payee_uscc']},{amount},{result},{day},{ref},\n"


def hand_in(bureau, batch, content) -> httpx.Response:
    content = content if isinstance(content, bytes) else content.encode()
    with call_as(bureau.address, bureau.settings, OFFICER) as client:
        return client.post(
            f"/v1/disbursements/{batch['id']}/return-files",
            files={"file": ("return.csv", content, "text/csv")},
        )


def outcomes(answer):
    assert answer.status_code in (200, 201), answer.text
    return [one["outcome"] for one in answer.json()["rows"]]


def at_once(function, items, workers=16):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items))


def make_platform(owner, kind="enterprise_rd", **overrides):
    return {
        "uscc": owner.uscc,
        "platform_id": f"{kind}-{owner.uscc}",
        "kind": kind,
        "name": f"{owner.org_name}{kind}",
        "level": "municipal",
        "established_on": "2026-01-05",
        "certified_on": "2026-06-01",
        "newly_established": True,
        "in_district": True,
        "six_haves": dict.fromkeys(HAVES, True),
    } | overrides


def make_award(owner, **overrides):
    return {
        "uscc": owner.uscc,
        "award_id": f"award-{owner.uscc}",
        "scheme": "shandong_st_progress",
        "level": "first",
        "title": "固态锂电池关键技术与应用",
        "awarded_on": "2025-03-01",
    } | overrides


def due(bureau):
    answer = bureau.call(OFFICER, "GET", "/v1/entitlements?outcome=eligible&limit=200")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def tell_merger(bureau, absorbed, surviving, *, ended=False, at="09:00:00", merger_id="m1"):
    """合并登记 of the credit house, or its correction."""
    merger = {
        "merger_id": merger_id,
        "absorbed_uscc": absorbed.uscc,
        "surviving_uscc": surviving.uscc,
        "ended": ended,
        "recorded_by": OFFICER.client_id,
        "recorded_by_uscc": OFFICER.uscc,
    }
    time = f"2026-11-23T{at}+08:00"
    return bureau.tell("merged", merger, type="credit.enterprises-merged", time=time)


def decide(bureau, double, outcome, caller=OFFICER_2, **headers):
    body = {"outcome": outcome, "reason": "按市级文件核对"}
    headers = headers or {"If_Match": "*"}
    return bureau.call(caller, "POST", f"{DOUBLES}/{double}/decisions", body, **headers)


def doubles(bureau, **query):
    answer = bureau.call(OFFICER, "GET", DOUBLES + "?" + urlencode({"sort": "noted_at"} | query))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]
