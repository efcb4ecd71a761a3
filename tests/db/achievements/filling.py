"""A registry filled at random, and what plain Python says of it."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from kit.clock import JINAN, today
from kit.db import Database, new_id
from kit.identifiers import organisation_check, uscc_check
from services.achievements.rules.rd_expenditures import CATEGORIES
from services.achievements.tables import Base

Row = dict[str, Any]
TABLES = Base.metadata.tables
FIELDS = ("new-materials", "biomedicine", "new-generation-it", None)
TYPES = ("development", "transfer", "license", "consulting", "service")


def make_uscc(number: int) -> str:
    body = f"MA{number:06d}"
    first = "91370102" + body + organisation_check(body)
    return first + uscc_check(first)


@dataclass
class Filling:
    """Rows as they were written, by table."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **values: object) -> Row:
        self.rows.setdefault(table, []).append(values)
        return values

    def of(self, table: str, **wanted: object) -> list[Row]:
        return [
            row
            for row in self.rows.get(table, [])
            if all(row[name] == value for name, value in wanted.items())
        ]

    def write(self, database: Database) -> None:
        with database.open_write() as session:
            for table, rows in self.rows.items():
                session.execute(insert(TABLES[table]), rows)
            session.commit()


def fill_registry(filling: Filling, seed: int, organizations: int = 9) -> None:
    """Organisations, and things of every kind with numbers from a seeded dice."""
    dice = random.Random(seed)
    now = datetime.now(JINAN)
    usccs = [make_uscc(seed * 1000 + number) for number in range(organizations)]
    for uscc in usccs:
        filling.add(
            "organizations", uscc=uscc, name=f"单位{uscc[-4:]}", kind="enterprise", version=1,
            created_at=now, updated_at=now,
        )  # fmt: skip
    for number in range(120):
        _add_achievement(filling, dice, dice.choice(usccs), number, now)
    for _ in range(60):
        _add_contract(filling, dice, *dice.sample(usccs, 2), now)
    for uscc in usccs:
        _add_years(filling, dice, uscc, now)
    for number in range(15):
        _add_instrument(filling, dice, dice.choice(usccs), number, now)
        _add_platform(filling, dice, dice.choice(usccs), number, now)
    for uscc in usccs[:4]:
        _add_care(filling, dice, uscc, now)


def _record(owner: str, source_id: str, now: datetime, visibility: str) -> Row:
    return {
        "id": new_id(),
        "owner_uscc": owner,
        "source_id": source_id,
        "version": 1,
        "content_hash": b"0" * 16,
        "visibility": visibility,
        "created_at": now,
        "updated_at": now,
    }


def _add_achievement(
    filling: Filling, dice: random.Random, owner: str, number: int, now: datetime
) -> None:
    entered = now - timedelta(days=dice.randrange(800), minutes=dice.randrange(1440))
    visibility = dice.choice(("public", "public", "members", "private"))
    filling.add(
        "achievements",
        **_record(owner, f"a{number}", entered, visibility),
        title=f"成果{number}", abstract=None, keywords=[], field=dice.choice(FIELDS),
        industry=None, trl=dice.choice((None, 3, 6, 9)),
        organizations=[{"uscc": owner, "name": "甲"}], contributors=[],
        intellectual_property=[], transfer_ways=[], asking_price_yuan=None,
        completed_on=None, form=None, embargo_until=None, hidden_fields=None, merged_into=None,
    )  # fmt: skip


def _add_contract(
    filling: Filling, dice: random.Random, seller: str, buyer: str, now: datetime
) -> None:
    total = Decimal(dice.randrange(1, 10**9)) / 100
    state = dice.choice(("registered", "registered", "registered", "draft", "refused"))
    about = dice.choice(filling.rows["achievements"]) if dice.random() < 0.8 else None
    contract_id = new_id()
    technology = dice.choice((None, total / 2 // Decimal("0.01") / 100))
    changed = _amend(filling, dice, contract_id, seller, now) if dice.random() < 0.3 else None
    filling.add(
        "contracts",
        **_record(seller, contract_id, now, "private") | {"id": contract_id},
        number=None, source_ref=None, state=state,
        title="合同", type=dice.choice(TYPES), seller=_party(seller), buyer=_party(buyer),
        total_yuan=total, technology_yuan=technology,
        in_force=None if changed is None else _terms(changed, technology),
        registered_on=today() - timedelta(days=dice.randrange(900))
        if state == "registered" else None,
        achievement_id=about["id"] if about else None,
    )  # fmt: skip


def _amend(
    filling: Filling, dice: random.Random, contract_id: str, seller: str, now: datetime
) -> str:
    """Two changes of the price, of which the second may not be accepted; the price in force."""
    price = ""
    for sequence, state in enumerate(("accepted", dice.choice(("accepted", "refused"))), 1):
        asked = f"{dice.randrange(1, 10**6)}.00"
        price = asked if state == "accepted" else price
        filling.add(
            "contract_amendments",
            id=new_id(), contract_id=contract_id, sequence=sequence, kind="change", state=state,
            version=1, content={"total_yuan": asked}, reason="变更",
            requested_by_uscc=seller, requested_by_name="甲", created_at=now,
        )  # fmt: skip
    return price


def _terms(total: str, technology: Decimal | None) -> Row:
    others = dict.fromkeys(("equipment_yuan", "other_yuan", "signed_on", "form"))
    part = None if technology is None else f"{technology:.2f}"
    return {"title": "合同", "total_yuan": total, "technology_yuan": part, **others}


def _party(uscc: str) -> Row:
    return {"uscc": uscc, "name": "甲", "kind": "enterprise"}


def _add_years(filling: Filling, dice: random.Random, uscc: str, now: datetime) -> None:
    total = Decimal(dice.randrange(10**6, 10**9)) / 100
    for year in range(2020, 2026):
        if dice.random() < 0.2:
            continue
        total = total * Decimal(dice.choice(("0.5", "0.9", "1.1", "2"))) // Decimal("0.01") / 100
        revenue = Decimal(dice.randrange(10**9, 10**11)) / 100 if dice.random() < 0.7 else None
        parts = dict.fromkeys(CATEGORIES, Decimal(0)) | {"personnel_yuan": total}
        row = filling.add(
            "rd_expenditures",
            **_record(uscc, str(year), now, "private"),
            year=year, total_yuan=total, **parts, revenue_yuan=revenue, form=None,
        )  # fmt: skip
        before = filling.of("rd_expenditures", owner_uscc=uscc, year=year - 1)
        if before and dice.random() < 0.4:
            filling.add(
                "rd_explanations", id=new_id(), expenditure_id=row["id"], reason="说明",
                total_yuan=total, previous_yuan=before[0]["total_yuan"], given_at=now,
            )  # fmt: skip


def _add_instrument(
    filling: Filling, dice: random.Random, owner: str, number: int, now: datetime
) -> None:
    row = filling.add(
        "instruments",
        **_record(owner, f"i{number}", now, "public"),
        name=f"仪器{number}", is_shared=True, state="in_use",
    )  # fmt: skip
    if dice.random() < 0.2:
        return
    slots = [{"weekday": day, "opens": "08:30", "closes": "17:30"} for day in range(1, 6)]
    filling.add(
        "instrument_hours", instrument_id=row["id"], version=1, updated_at=now,
        slots=slots if dice.random() < 0.8 else [],
    )  # fmt: skip
    for day in range(dice.randrange(8)):
        starts = datetime(2026, 1, 1 + 4 * day, dice.randrange(8, 20), 7, tzinfo=JINAN)
        filling.add(
            "bookings",
            id=new_id(), instrument_id=row["id"], starts_at=starts,
            ends_at=starts + timedelta(minutes=dice.randrange(1, 900), seconds=30),
            state=dice.choice(("booked", "booked", "cancelled")), booker_uscc=owner,
            booker_name="甲", created_at=now,
        )  # fmt: skip


def _add_platform(
    filling: Filling, dice: random.Random, owner: str, number: int, now: datetime
) -> None:
    row = filling.add(
        "platforms",
        **_record(owner, f"p{number}", now, "public"),
        kind=dice.choice(("incubator", "key_laboratory", "pilot_scale_base")), name="平台",
    )  # fmt: skip
    if dice.random() < 0.5:
        filling.add(
            "platform_certifications", platform_id=row["id"], certified_on=date(2024, 1, 1),
            level="municipal", assessor="局", assessor_uscc=owner,
        )  # fmt: skip
    for year in (2024, 2025):
        filling.add(
            "platform_grades", platform_id=row["id"], year=year, assessor="jinan",
            grade=dice.choice(("excellent", "good", "qualified")), assessor_uscc=owner,
            graded_on=date(year, 6, 1), recorded_at=now,
        )  # fmt: skip


def _add_care(filling: Filling, dice: random.Random, uscc: str, now: datetime) -> None:
    plan = filling.add(
        "care_plans", id=new_id(), uscc=uscc, officer="王某", version=1, created_at=now,
        updated_at=now,
    )  # fmt: skip
    for _ in range(dice.randrange(5)):
        due = today() + timedelta(days=dice.randrange(-9, 9))
        filling.add(
            "care_promises", id=new_id(), plan_id=plan["id"], promise="事项", due_on=due,
            done_on=dice.choice((None, None, today())), created_at=now,
        )  # fmt: skip
