"""A registry where counting is hard, and who may see what of it, told in plain Python."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx

from kit.clock import today
from tests.db.achievements.conftest import AUDITOR, BUREAU, ENTERPRISE, UNIVERSITY, Registry
from tests.db.achievements.filling import Filling, Row

VIEWERS = ("public", "bank", "university", "enterprise", "officer", "auditor")
OVERSEERS = ("officer", "auditor")
USCCS = {"university": UNIVERSITY, "enterprise": ENTERPRISE, "officer": BUREAU, "auditor": AUDITOR}
LEVELS = ("public", "members", "private", "classified")
REGIONS = ("370100", "370200", None)


@dataclass(frozen=True)
class City:
    """The registry, and all that was written into it."""

    registry: Registry
    filling: Filling

    def get(self, viewer: str, place: str, organization: str | None = None) -> httpx.Response:
        joint = "&" if "?" in place else "?"
        of = "" if organization is None else f"{joint}organization={organization}"
        caller: httpx.Client = getattr(self.registry, viewer)
        return caller.get(f"/v1/analytics/{place}{of}")

    def ask(self, viewer: str, place: str, organization: str | None = None) -> dict[str, Any]:
        answer = self.get(viewer, place, organization)
        assert answer.status_code == 200, (place, answer.text)
        return dict(answer.json())

    def seen(self, table: str, viewer: str) -> list[Row]:
        return [row for row in self.filling.rows[table] if is_seen(row, viewer)]

    def in_force(self) -> dict[str, tuple[Decimal, Decimal]]:
        """By contract: its total and technology part as the newest accepted change has them."""
        found = {}
        for row in self.filling.of("contracts", state="registered"):
            terms = row["in_force"] or row
            found[row["id"]] = (
                Decimal(terms["total_yuan"]),
                Decimal(terms["technology_yuan"] or 0),
            )
        return found

    def first_contracts(self) -> dict[str, date]:
        """By achievement that stands for others or for itself: its first registered contract."""
        stands = {row["id"]: row["merged_into"] for row in self.filling.rows["achievements"]}
        first: dict[str, date] = {}
        for contract in self.filling.of("contracts", state="registered"):
            about = contract["achievement_id"]
            while about is not None:
                day = contract["registered_on"]
                first[about] = min(first.get(about, day), day)
                about = stands[about]
        return first


def is_seen(row: Row, viewer: str) -> bool:
    if row.get("merged_into") is not None:
        return False
    if row["owner_uscc"] == USCCS.get(viewer):
        return True
    if viewer in OVERSEERS:
        return row["visibility"] != "classified"
    embargo = row.get("embargo_until")
    levels = ("public",) if viewer == "public" else ("public", "members")
    return row["visibility"] in levels and (embargo is None or embargo <= today())


def make_hard(filling: Filling, dice: random.Random) -> None:
    """Give some things to two callers, guard many, merge doubles, say regions, double years."""
    owners = [row["uscc"] for row in filling.rows["organizations"][:2]]
    callers = dict(zip(owners, (UNIVERSITY, ENTERPRISE), strict=True))
    for rows in filling.rows.values():
        for row in rows:
            for name in ("uscc", "owner_uscc"):
                row.update({name: callers[row[name]]} if row.get(name) in callers else {})
    for contract in filling.rows["contracts"]:
        for side in ("seller", "buyer"):
            contract[side] = {**contract[side], "uscc": _as(contract[side]["uscc"], callers)}
        contract["form"] = {"seller_region": dice.choice(REGIONS), "plan_source": "ministry"}
        if contract["in_force"] is not None:
            contract["in_force"] = contract["in_force"] | {"form": contract["form"]}
    for table in ("achievements", "instruments", "platforms"):
        for row in filling.rows[table]:
            row["visibility"] = dice.choice(LEVELS)
            days = dice.choice((None, None, -3, 3))
            row["embargo_until"] = None if days is None else today() + timedelta(days=days)
    for row in filling.rows["rd_expenditures"]:
        row["visibility"] = dice.choice(("members", "private", "private", "classified"))
    _merge_doubles(filling.rows["achievements"], dice)


def _as(uscc: str, callers: Mapping[str, str]) -> str:
    return callers.get(uscc, uscc)


def _merge_doubles(rows: list[Row], dice: random.Random) -> None:
    for one, two, three in zip(*[iter(dice.sample(rows, 30))] * 3, strict=True):
        one["merged_into"] = two["id"]
        two["merged_into"] = three["id"] if dice.random() < 0.5 else None
