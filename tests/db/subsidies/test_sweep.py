"""免申即享: the list equals the truth, and what is one thing is paid once."""

from tests.db.subsidies.conftest import ENTERPRISE, ENTERPRISE_2, OFFICER, make_organization
from tests.db.subsidies.paying import (
    OFFICER_2,
    allot,
    approve,
    at_once,
    clear,
    confirm,
    due,
    make_award,
    make_platform,
    order,
    step,
    tell_merger,
)


def test_certified_platforms_grades_and_payments_feed_rules_2_3_5_and_6(bureau):
    for owner in (ENTERPRISE, ENTERPRISE_2):
        bureau.tell("organization-registered", make_organization(owner))
    poc = make_platform(ENTERPRISE, "proof_of_concept_center")
    pilot = make_platform(ENTERPRISE_2, "pilot_scale_base")
    bureau.pay(platform_id=poc["platform_id"])
    for platform in (
        make_platform(ENTERPRISE),
        make_platform(ENTERPRISE_2, "key_laboratory"),
        make_platform(ENTERPRISE_2, six_haves={"site": False}),
        make_platform(ENTERPRISE, "incubator"),
        poc,
        pilot,
    ):
        bureau.tell("platform-certified", platform)
    bureau.pay(platform_id=pilot["platform_id"], uscc=ENTERPRISE_2.uscc)
    for platform, grade in ((poc, "excellent"), (pilot, "good")):
        told = {"assessed_by": "jinan", "year": 2026, "grade": grade}
        bureau.tell("platform-graded", told | {"platform_id": platform["platform_id"]})

    found = {(one["rule"], one["uscc"]): one for one in due(bureau)}

    assert set(found) == {
        ("rd_platform", ENTERPRISE.uscc),
        ("key_laboratory", ENTERPRISE_2.uscc),
        ("poc_match", ENTERPRISE.uscc),
    }
    facts = {fact["fact"]: fact for fact in found["poc_match", ENTERPRISE.uscc]["facts"]}
    assert facts["performance.grade"]["value"] == "excellent"
    assert facts["disbursed_yuan"]["source"] == "city_payment"
    assert all(fact["age_days"] is not None for fact in facts.values())


def test_a_laboratory_is_confirmed_decided_paid_and_then_no_more_due(bureau):
    allot(bureau, "1000000.00", "key_laboratory")
    bureau.tell("organization-registered", make_organization(ENTERPRISE))
    bureau.tell("platform-certified", make_platform(ENTERPRISE, "key_laboratory"))
    [entitlement] = due(bureau)

    [confirmed] = confirm(bureau, entitlement["id"])
    [again] = confirm(bureau, entitlement["id"])
    unknown = confirm(bureau, "nothing")[0]
    application = confirmed["application_id"]
    assert step(bureau, OFFICER, application, "review").status_code == 422
    approve(bureau, application, approved_amount_yuan="30000.00")

    assert (again["status"], again["problem"]["code"]) == (409, "applied_before")
    assert unknown["status"] == 404
    assert due(bureau) == []
    [left] = bureau.entitlements(ENTERPRISE.uscc)
    assert (left["outcome"], left["application_id"]) == ("not_eligible", application)


def test_one_prize_under_two_registrations_is_applied_for_once(bureau):
    for owner in (ENTERPRISE, ENTERPRISE_2):
        bureau.tell("organization-registered", make_organization(owner))
        bureau.tell("award-recorded", make_award(owner))
    twice = make_award(ENTERPRISE, award_id="other", title="固态锂电池 关键技术与应用")
    bureau.tell("award-recorded", twice)

    items = [one["id"] for one in due(bureau)]
    assert len(items) == 3
    answers = at_once(lambda one: confirm(bureau, one)[0]["status"], items)

    assert sorted(answers) == [201, 409, 409]


def test_merged_enterprises_are_rewarded_once_even_if_both_were_approved(bureau):
    allot(bureau, "10000000.00", "rd_platform")
    for owner in (ENTERPRISE, ENTERPRISE_2):
        bureau.tell("organization-registered", make_organization(owner))
        bureau.tell("platform-certified", make_platform(owner))
    one, two = (item["id"] for item in due(bureau))
    first, second = (item["application_id"] for item in confirm(bureau, one, two))
    for application in (first, second):
        approve(bureau, application)
        clear(bureau, application)
    tell_merger(bureau, ENTERPRISE_2, ENTERPRISE)

    answers = [order(bureau, application) for application in (first, second)]

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "double_suspected"}


def test_merged_before_the_approval_the_second_is_refused(bureau):
    allot(bureau, "10000000.00", "rd_platform")
    for owner in (ENTERPRISE, ENTERPRISE_2):
        bureau.tell("organization-registered", make_organization(owner))
        bureau.tell("platform-certified", make_platform(owner))
    done = confirm(bureau, *(item["id"] for item in due(bureau)))
    applications = [one["application_id"] for one in done]
    for application in applications:
        assert step(bureau, OFFICER, application, "review").status_code == 200
    tell_merger(bureau, ENTERPRISE, ENTERPRISE_2)

    answers = at_once(lambda one: step(bureau, OFFICER_2, one, "approve").status_code, applications)

    assert answers.count(200) <= 1
    assert set(answers) <= {200, 409}
