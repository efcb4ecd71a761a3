"""The change feed: in commit order, without gaps, with tombstones; replayed it is the tables."""

import json
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from kit.clock import today
from kit.directory import Directory
from kit.jobs import Work
from services.achievements.rules.exports import ExportFilter, ExportKind, show_columns
from services.achievements.rules.kinds import Kind
from services.achievements.rules.visibility import EVERYBODY
from services.achievements.store.exports import stream_rows
from services.achievements.usecases.feed import announce_ended_embargoes
from tests.db.achievements.conftest import BANK, ENTERPRISE, UNIVERSITY, Registry, make_item
from tests.db.achievements.test_contracts import make_contract
from tests.db.achievements.test_demands import make_demand

PATH = "/v1/changes"
KINDS = ("achievements", "instruments", "demands", "contracts", "organizations")
State = dict[str, dict[str, object]]


def read_feed(caller: httpx.Client, since: str = "0") -> Iterator[dict[str, object]]:
    """All changes after a place, page by page."""
    more = True
    while more:
        page = caller.get(PATH, params={"since": since, "limit": 37}).raise_for_status().json()
        yield from page["items"]
        since, more = page["next_since"], page["more"]


def replay(caller: httpx.Client) -> State:
    """What somebody holds who did all that the feed said."""
    held: State = {}
    for change in read_feed(caller):
        if change["act"] == "deleted":
            held.pop(str(change["id"]), None)
        else:
            held[str(change["id"])] = change["record"]  # type: ignore[assignment]
    return held


def read_tables(caller: httpx.Client) -> State:
    """The same from the export, which is one state of the tables."""
    state: State = {}
    for kind in Kind:
        lines = caller.get(f"/v1/exports/{kind}.ndjson").raise_for_status().text.splitlines()
        rows = [json.loads(line) for line in lines]
        state |= {key_of(row): without_owner_name(row) for row in rows}
    return state


def key_of(row: dict[str, object]) -> str:
    """An organisation has no other key than its code."""
    return str(row.get("id") or row["uscc"])


def without_owner_name(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "owner_name"}


def without_versions(state: State) -> State:
    """An export tells none: what it holds goes back with a roll-back, a version never does."""
    return {
        id_: {name: value for name, value in record.items() if name != "version"}
        for id_, record in state.items()
    }


def read_public_tables(registry: Registry) -> State:
    """What the tables hold for everybody; exports need a token, so the same rows directly."""
    with registry.database.read() as session:
        rows = [
            show_columns(row)
            for kind in ExportKind
            if kind.value in set(Kind)
            for row in stream_rows(session, kind, EVERYBODY, ExportFilter())
        ]
    return {key_of(row): without_owner_name(row) for row in rows}


def act_at_random(registry: Registry, seed: int) -> None:
    """Register, change, hide, show, embargo, withdraw, merge: as parallel callers would."""
    dice = random.Random(seed)
    client = dice.choice([registry.university, registry.enterprise])
    tomorrow = (today() + timedelta(days=dice.choice([-1, 1]))).isoformat()
    source = f"feed-{dice.randrange(12)}"
    visibility = dice.choice(["public", "members", "private", "classified"])
    item = make_item(
        source_id=source,
        title=f"变更流样本{seed}",
        visibility=visibility,
        embargo_until=dice.choice([None, None, tomorrow]),
        hidden_fields=dice.choice([None, ["abstract"], ["asking_price_yuan"]]),
        intellectual_property=[],
    )
    match dice.randrange(4):
        case 0:
            items = [item | {"source_id": f"feed-{n}"} for n in dice.sample(range(12), 3)]
            client.post("/v1/achievements/batches", json={"items": items}).raise_for_status()
        case 1:
            name = {"source_id": source, "name": f"变更流仪器{seed}"}
            client.put(f"/v1/instruments/by-source/{source}", json=name).raise_for_status()
        case _:
            client.put(f"/v1/achievements/by-source/{source}", json=item).raise_for_status()


def act_on_the_market(registry: Registry, seed: int) -> None:
    """Draft, publish, take back, invite others; contracts with other sides; names of organisations.

    What is not open in the state of the moment is refused, which changes nothing.
    """
    dice = random.Random(seed)
    source = f"feed-{dice.randrange(4)}"
    match dice.randrange(6):
        case 0 | 1:
            how = dice.choice(["public", "members", "invited", "invited"])
            invited = [dice.choice([UNIVERSITY, BANK])] if how == "invited" else []
            demand = make_demand(title=f"需求{seed}", confidentiality=how, invited=invited)
            path = f"/v1/demands/by-source/{source}"
            done = registry.enterprise.put(path, json=demand | {"source_id": source})
        case 2 | 3:
            mine = registry.enterprise.get("/v1/demands", params={"limit": 50}).json()["items"]
            drafted = dice.choice([one for one in mine if one["source_id"] == source] or [None])
            act = dice.choice(["published", "published", "revised", "revised", "closed"])
            done = registry.enterprise.post(
                f"/v1/demands/{drafted['id'] if drafted else 'none'}/decisions",
                json={"decision": act, "reason": "变更流"},
                headers={"If-Match": "*"},
            )
        case 4:
            buyer = {"uscc": dice.choice([ENTERPRISE, BANK]), "name": "买方", "kind": "enterprise"}
            contract = make_contract(title=f"合同{seed}", buyer=buyer)
            path = f"/v1/contracts/by-source/{source}"
            done = registry.university.put(path, json=contract)
        case _:
            body = {"name": f"济南明湖智造{seed}", "kind": "enterprise"}
            path = f"/v1/organizations/{dice.choice([ENTERPRISE, BANK])}"
            done = registry.officer.put(path, json=body, headers={"If-Match": "*"})
    assert done.status_code in {200, 201, 404, 409, 412}, done.text


def act_anywhere(registry: Registry, seed: int) -> None:
    (act_at_random, act_on_the_market)[seed % 2](registry, seed)


def withdraw_some(registry: Registry, dice: random.Random) -> None:
    """A snapshot without some of what is there."""
    kept = [make_item(source_id=f"feed-{n}", title=f"快照{n}") for n in dice.sample(range(12), 6)]
    lines = "\n".join(json.dumps(one) for one in kept)
    sent = registry.university.post(
        "/v1/imports",
        data={"kind": "achievements", "mode": "snapshot", "most_withdrawals": "50"},
        files={"file": ("snapshot.ndjson", lines.encode())},
    ).raise_for_status()
    registry.finish_import(sent.json()["id"])


def test_replaying_the_feed_gives_the_tables_however_many_wrote_at_once(
    registry: Registry,
) -> None:
    followed: dict[str, list[dict[str, object]]] = {"auditor": [], "public": [], "bank": []}
    stop = threading.Event()

    def follow(name: str) -> str:
        """A reader beside the writers: what he misses now, he would miss for good."""
        since, done = "0", False
        while True:
            done = stop.is_set()
            page = getattr(registry, name).get(PATH, params={"since": since, "limit": 200}).json()
            followed[name] += page["items"]
            since = page["next_since"]
            if done and not page["items"]:
                return since

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(follow, name) for name in followed]
        list(pool.map(lambda seed: act_anywhere(registry, seed), range(140)))
        withdraw_some(registry, random.Random(3))
        list(pool.map(lambda seed: act_anywhere(registry, seed), range(150, 200)))
        stop.set()
        for reader in readers:
            reader.result()

    assert replay(registry.public) == read_public_tables(registry)
    for name in ("bank", "university", "enterprise", "officer", "auditor", "exchange"):
        caller = getattr(registry, name)
        assert without_versions(replay(caller)) == read_tables(caller), name
    for name, changes in followed.items():
        held: State = {}
        for change in changes:
            if change["act"] == "deleted":
                held.pop(str(change["id"]), None)
            else:
                held[str(change["id"])] = change["record"]  # type: ignore[assignment]
        assert held == replay(getattr(registry, name)), name


def test_a_change_waits_until_everything_before_it_is_over(registry: Registry) -> None:
    held = registry.database.open_write()
    held.execute(text("INSERT INTO tombstones VALUES ('x', 'slow', 'private', 'x', now())"))
    place = registry.auditor.get(PATH, params={"since": today().isoformat(), "limit": 200}).json()
    made = registry.university.put(
        "/v1/achievements/by-source/late", json=make_item(source_id="late")
    ).json()

    while place["more"]:
        params = {"since": place["next_since"], "limit": 200}
        place = registry.auditor.get(PATH, params=params).json()
    waiting = registry.auditor.get(PATH, params={"since": place["next_since"]}).json()
    held.rollback()
    held.close()
    shown = registry.auditor.get(PATH, params={"since": place["next_since"]}).json()

    assert made["id"] not in [item["id"] for item in waiting["items"]]
    assert made["id"] in [item["id"] for item in shown["items"]]


def test_what_was_never_visible_leaves_no_trace_in_the_feed(registry: Registry) -> None:
    later = (today() + timedelta(days=9)).isoformat()
    secrets = {
        level: registry.university.put(
            f"/v1/achievements/by-source/never-{level}",
            json=make_item(
                source_id=f"never-{level}",
                visibility=level if level != "embargoed" else "public",
                embargo_until=later if level == "embargoed" else None,
            ),
        ).json()["id"]
        for level in ("private", "classified", "embargoed", "members")
    }
    withdraw_some(registry, random.Random(5))

    told = {
        name: {item["id"]: item["act"] for item in read_feed(getattr(registry, name))}
        for name in ("public", "bank", "officer", "university")
    }
    assert not told["public"].keys() & set(secrets.values())
    assert told["bank"].keys() & set(secrets.values()) == {secrets["members"]}
    seen_by_officer = {secrets["private"], secrets["embargoed"], secrets["members"]}
    assert told["officer"].keys() & set(secrets.values()) == seen_by_officer
    assert all(told["university"][id_] == "deleted" for id_ in secrets.values())


def test_the_end_of_an_embargo_is_told(registry: Registry) -> None:
    made = registry.university.put(
        "/v1/achievements/by-source/embargo",
        json=make_item(
            source_id="embargo", embargo_until=(today() + timedelta(days=1)).isoformat()
        ),
    ).json()
    place = registry.public.get(PATH, params={"since": made["updated_at"], "limit": 200}).json()
    assert made["id"] not in [item["id"] for item in place["items"]]

    with registry.database.write() as session:
        # The day has come: as it would look tomorrow to a record whose last line is of today.
        session.execute(
            text("UPDATE achievements SET embargo_until = :day WHERE id = :id"),
            {"day": today(), "id": made["id"]},
        )
        session.execute(
            text("UPDATE history SET at = at - interval '2 days' WHERE thing_id = :id"),
            {"id": made["id"]},
        )
    work = Work(registry.database, Directory(registry.settings), registry.settings)
    announce_ended_embargoes(work)
    announce_ended_embargoes(work)

    told = list(read_feed(registry.public, place["next_since"]))
    assert [item["act"] for item in told if item["id"] == made["id"]] == ["upserted"]


def test_a_place_that_was_never_given_is_refused(registry: Registry) -> None:
    for since in ("nonsense", "WzEsMl0", "Wzk5OTk5OTk5OTk5OTk5OTksICJ4Il0", "2024-13-40"):
        answer = registry.public.get(PATH, params={"since": since})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?since")


def test_the_feed_goes_on_from_a_day_or_an_instant(registry: Registry) -> None:
    made = registry.university.put(
        "/v1/achievements/by-source/instant", json=make_item(source_id="instant")
    ).json()

    for since in (today().isoformat(), made["updated_at"]):
        told = [item["id"] for item in read_feed(registry.public, since)]
        assert made["id"] in told, since
    assert {UNIVERSITY, ENTERPRISE} >= {
        item["record"]["owner_uscc"]  # type: ignore[index]
        for item in read_feed(registry.public)
        if item["record"] and item["kind"] == "achievements"
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed_of_one_kind_holds_that_kind_only(registry: Registry, kind: str) -> None:
    whole = [change for change in read_feed(registry.auditor) if change["kind"] == kind]

    page = registry.auditor.get(PATH, params={"kind": kind, "limit": 200}).json()

    assert page["items"] == whole[:200]
