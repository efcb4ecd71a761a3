"""A decision past the framework is the decision that the framework would have made."""

import pytest

ORDINARY = {"Content-Type": "application/json; charset=utf-8"}
"""Not the plain `application/json` of the short way: the same question, the ordinary way."""

QUESTIONS = {
    "no version": (None, {"outcome": "approved"}),
    "an old version": ('"1"', {"outcome": "approved"}),
    "a version in other words": ("W/*, *", {"outcome": "info_requested", "items": ["审计报告"]}),
    "an unknown outcome": ("*", {"outcome": "praised"}),
    "an unknown field": ("*", {"outcome": "approved", "amount": 1}),
    "a refusal without its reason": ("*", {"outcome": "rejected"}),
    "a reason that is not published": ("*", {"outcome": "rejected", "reason_code": "mood"}),
    "a step that the table does not know": ("*", {"outcome": "expired"}),
}


def ask(client, address, if_match, body, **headers):
    named = headers if if_match is None else headers | {"If-Match": if_match}
    answer = client.post(address, json=body, headers=named)
    told = answer.json()
    for volatile in ("request_id", "instance"):
        told.pop(volatile, None)
    return answer.status_code, answer.headers.get("etag"), told


def strip(told, case):
    """What differs between two cases and not between two ways."""
    text = repr(told)
    for stage in case.read("demo-officer")["stages"]:
        text = text.replace(stage["tracks"][-1]["id"], stage["stage"])
    return text.replace(case.opened["id"], "case").replace(case.opened["number"], "number")


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_ways_say_the_same(gateway, open_case, question):
    if_match, body = QUESTIONS[question]
    ways = []

    for headers in ({}, ORDINARY):
        case = open_case()
        case.decide("credit")
        with gateway.call("demo-broker") as client:
            address = f"{case.track('evaluation')}/decisions"
            status, tag, told = ask(client, address, if_match, body, **headers)
        ways.append((status, tag, strip(told, case)))

    assert ways[0] == ways[1]


def test_strangers_are_refused_alike(gateway, open_case):
    case = open_case()
    address = f"{case.track('credit')}/decisions"
    others = (None, "demo-auditor", "demo-enterprise-2", "demo-bank")
    addresses = (address, address.replace("cases/", "cases/%00"), f"{address[:-12]}x/decisions")

    for by in others:
        for path in addresses:
            with gateway.call(by) as client:
                client.get("/v1/me")  # the token is known from here on
                short = ask(client, path, "*", {"outcome": "approved"})
                ordinary = ask(client, path, "*", {"outcome": "approved"}, **ORDINARY)
            assert short == ordinary
            assert 400 <= short[0] < 500
