"""免申即享: on a synthetic district the list of what is due equals the truth."""

import os
import random

from kit.clock import JINAN, now, today
from kit.db import Database, WriteSession, new_id
from kit.events import Envelope
from kit.identifiers import organisation_check, uscc_check
from kit.settings import database_url_of
from services.subsidies.main import HOUSE
from services.subsidies.schemas.city_payments import CityPaymentRequest
from services.subsidies.usecases.city_payments import record_city_payment
from services.subsidies.usecases.inbox import take_in_event
from tests.db.subsidies.conftest import OFFICER, make_contract, make_payment

FIRMS = min(int(os.environ.get("LIURONG_ROUNDS", "200")), 1000)
"""A thousand by `LIURONG_ROUNDS=1000`."""

HAVES = ("investment", "site", "staff", "equipment", "rules", "results")
PRIZES = {
    (scheme, level)
    for scheme in ("national_st_progress", "shandong_st_progress")
    for level in ("first", "second")
}


class District:
    """Firms drawn by chance, told to the service, and what is due to them by the plain words."""

    def __init__(self, session: WriteSession, seed: int) -> None:
        self.session = session
        self.chance = random.Random(seed)
        self.truth: set[tuple[str, str, str]] = set()

    def tell(self, type_, data):
        envelope = Envelope(
            id=new_id(),
            source="achievements",
            type=f"achievements.{type_}",
            subject="x",
            time=now().astimezone(JINAN),
            data=data,
        )
        take_in_event(self.session, envelope)

    def flip(self, share):
        return self.chance.random() < share

    def settle(self, number):
        """One firm with one thing."""
        body = f"MA{number:06d}"
        uscc = f"91370102{body}{organisation_check(body)}"
        uscc += uscc_check(uscc)
        firm = {
            "uscc": uscc,
            "name": f"企业{number}",
            "kind": "enterprise" if self.flip(0.9) else "individual",
            "in_district": self.flip(0.9),
            "is_industrial": self.flip(0.9),
            "is_above_designated_size": self.flip(0.9),
        }
        thing = (self.award, self.rd_platform, self.laboratory, self.contract, self.facility)
        act = thing[number % len(thing)]
        if self.flip(0.5):
            self.tell("organization-registered", firm)
            act(number, uscc, firm)
        else:
            act(number, uscc, firm)
            self.tell("organization-registered", firm)

    def note(self, rule, uscc, subject, *holds):
        if all(holds):
            self.truth.add((rule, uscc, subject))

    def award(self, number, uscc, firm):
        scheme = self.chance.choice(["national_st_progress", "shandong_st_progress", "other"])
        level = self.chance.choice(["first", "second"])
        award = {"award_id": f"a{number}", "scheme": scheme, "level": level, "uscc": uscc}
        self.tell("award-recorded", award | {"title": f"成果{number}", "awarded_on": "2025-03-01"})
        here = firm["kind"] == "enterprise" and firm["in_district"]
        self.note("award", uscc, f"a{number}", here, (scheme, level) in PRIZES)

    def platform(self, number, uscc, kind, **more):
        platform = {
            "uscc": uscc,
            "platform_id": f"p{number}",
            "kind": kind,
            "name": f"平台{number}",
        }
        self.tell("platform-certified", platform | {"certified_on": "2026-06-01"} | more)

    def rd_platform(self, number, uscc, firm):
        haves = {name: self.flip(0.95) for name in HAVES}
        new = self.flip(0.9)
        more = {"six_haves": haves, "established_on": "2026-01-05" if new else "2019-01-05"}
        self.platform(number, uscc, "enterprise_rd", **more)
        size = firm["is_industrial"] and firm["is_above_designated_size"]
        here = firm["kind"] == "enterprise" and firm["in_district"]
        self.note("rd_platform", uscc, f"p{number}", here, size, new, all(haves.values()))

    def laboratory(self, number, uscc, firm):
        level = self.chance.choice(["municipal", "provincial"])
        more = {"level": level, "established_on": "2026-01-05"}
        self.platform(number, uscc, "key_laboratory", **more)
        here = firm["kind"] == "enterprise" and firm["in_district"]
        self.note("key_laboratory", uscc, f"p{number}", here, level == "municipal")

    def contract(self, number, uscc, firm):
        buyer = {"uscc": uscc, "name": firm["name"], "kind": firm["kind"]}
        contract = make_contract(contract_id=f"c{number}", buyer=buyer)
        paid = self.flip(0.7)
        first = self.flip(0.5)
        if paid and first:
            self.pay(uscc, contract_number=contract["contract_number"])
        self.tell("contract-registered", contract)
        if paid and not first:
            self.pay(uscc, contract_id=f"c{number}")
        here = firm["kind"] == "enterprise" and firm["in_district"]
        self.note("contract_match", uscc, f"c{number}", here, paid)

    def facility(self, number, uscc, firm):
        kind, rule = self.chance.choice(
            [("proof_of_concept_center", "poc_match"), ("pilot_scale_base", "pilot_match")]
        )
        grade = self.chance.choice(["excellent", "excellent", "good"])
        paid = self.flip(0.8)
        told = {"platform_id": f"p{number}", "assessed_by": "jinan", "year": 2026, "grade": grade}
        acts = [
            lambda: self.platform(number, uscc, kind),
            lambda: self.tell("platform-graded", told),
        ]
        if paid:
            acts.append(lambda: self.pay(uscc, platform_id=f"p{number}"))
        self.chance.shuffle(acts)
        for act in acts:
            act()
        due = (firm["in_district"], grade == "excellent", paid)
        self.note(rule, uscc, f"p{number}", *due)

    def pay(self, uscc, **of):
        request = CityPaymentRequest.model_validate(make_payment(uscc=uscc, **of))
        record_city_payment(self.session, OFFICER, request)


def test_the_list_equals_the_truth_on_a_synthetic_district(bureau):
    url = database_url_of(bureau.settings.database_url, "subsidies")
    database = Database(url, info={"house": HOUSE})
    with database.write() as session:
        district = District(session, 20261123)
        for number in range(FIRMS):
            district.settle(number)
    database.close()
    truth = district.truth

    found, cursor = [], ""
    while cursor is not None:
        path = "/v1/entitlements?outcome=eligible&applied=false&limit=200"
        page = bureau.call(OFFICER, "GET", path + (f"&cursor={cursor}" if cursor else "")).json()
        found += page["items"]
        cursor = page["next_cursor"]

    listed = [(one["rule"], one["uscc"], one["subject"]) for one in found]
    assert len(listed) == len(set(listed))
    assert set(listed) == truth
    assert len(truth) > FIRMS // 10
    assert {one["on"] for one in found} == {today().isoformat()}
