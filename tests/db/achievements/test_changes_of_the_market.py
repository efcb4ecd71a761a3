"""The feed of demands, contracts and organisations: who could see one learns that it is gone."""

from tests.db.achievements.conftest import BANK, BUREAU, ENTERPRISE, UNIVERSITY, Registry
from tests.db.achievements.test_amendments import answer, ask, register
from tests.db.achievements.test_changes import read_feed, read_tables, replay, without_versions
from tests.db.achievements.test_contracts import PATH as CONTRACTS
from tests.db.achievements.test_contracts import make_contract
from tests.db.achievements.test_demands import decide, draft
from tests.db.achievements.test_import_organizations import HEADER, NEW, import_as

READERS = ("public", "bank", "university", "exchange", "officer", "enterprise")
BUYER = {"uscc": ENTERPRISE, "name": "济南明湖智造科技有限公司", "kind": "enterprise"}


def tell(registry: Registry, id_: str) -> dict[str, str]:
    """What the feed says of a thing to those to whom it says anything."""
    told = {
        name: [str(one["act"]) for one in read_feed(getattr(registry, name)) if one["id"] == id_]
        for name in READERS
    }
    return {name: acts[0] for name, acts in told.items() if acts}


def test_a_demand_is_told_while_it_is_open_and_gone_when_it_is_taken_back(
    registry: Registry,
) -> None:
    demand = draft(registry)
    drafted = tell(registry, demand["id"])
    decide(registry.enterprise, demand, "published")
    published = tell(registry, demand["id"])
    decide(registry.enterprise, demand, "revised")
    revised = tell(registry, demand["id"])
    decide(registry.enterprise, demand, "published")
    decide(registry.enterprise, demand, "withdrawn", reason="已自行解决")

    assert drafted == dict.fromkeys(["officer", "enterprise"], "upserted")
    assert published == dict.fromkeys(READERS, "upserted")
    assert revised == dict.fromkeys(READERS, "deleted") | drafted
    assert tell(registry, demand["id"]) == published
    assert replay(registry.public)[demand["id"]]["state"] == "withdrawn"


def test_an_invitation_that_ends_is_told_to_the_invited_and_to_nobody_else(
    registry: Registry,
) -> None:
    demand = draft(registry, confidentiality="invited", invited=[UNIVERSITY], title="某保密需求")
    path = f"/v1/demands/{demand['id']}"
    before = tell(registry, demand["id"])
    decide(registry.enterprise, demand, "published")
    invited = tell(registry, demand["id"])
    seen = replay(registry.university)[demand["id"]]
    decide(registry.enterprise, demand, "revised")
    taken_back = tell(registry, demand["id"])
    others = {"invited": [BANK]}
    registry.enterprise.patch(path, json=others, headers={"If-Match": "*"}).raise_for_status()
    redrafted = tell(registry, demand["id"])
    decide(registry.enterprise, demand, "published")

    open_to_all = dict.fromkeys(["officer", "enterprise"], "upserted")
    assert before == open_to_all
    assert invited == open_to_all | {"university": "upserted"}
    assert seen["invited"] == []
    assert taken_back == redrafted == open_to_all | {"university": "deleted"}
    assert tell(registry, demand["id"]) == open_to_all | {
        "university": "deleted",
        "bank": "upserted",
    }


def test_who_is_no_side_of_a_contract_any_more_is_told_and_a_stranger_never(
    registry: Registry,
) -> None:
    made = registry.university.post(CONTRACTS, json=make_contract(buyer=BUYER)).json()
    both_sides = tell(registry, made["id"])
    other = {"buyer": {"uscc": BANK, "name": "历下某银行科技支行", "kind": "bank"}}
    registry.university.patch(
        f"{CONTRACTS}/{made['id']}", json=other, headers={"If-Match": "*"}
    ).raise_for_status()

    officials = dict.fromkeys(["university", "exchange", "officer"], "upserted")
    assert both_sides == officials | {"enterprise": "upserted"}
    assert tell(registry, made["id"]) == officials | {"enterprise": "deleted", "bank": "upserted"}


def test_a_draft_that_a_snapshot_withdraws_is_gone_for_who_could_see_it(
    registry: Registry,
) -> None:
    made = registry.university.post(CONTRACTS, json=make_contract(buyer=BUYER)).json()
    kept = registry.university.post(CONTRACTS, json=make_contract(buyer=BUYER)).json()
    header = "编号,项目名称,合同类别,卖方名称,卖方统一社会信用代码,卖方机构类型,"
    header += "买方名称,买方统一社会信用代码,买方机构类型,合同成交额（元）\n"
    row = f"{kept['source_id']},留下的合同,技术许可,山东某大学,{UNIVERSITY},高校,"
    row += f"济南明湖智造,{ENTERPRISE},企业,500000\n"
    sent = registry.university.post(
        "/v1/imports",
        data={"kind": "contracts", "mode": "snapshot", "most_withdrawals": "100"},
        files={"file": ("合同.csv", (header + row).encode())},
    ).raise_for_status()
    registry.finish_import(sent.json()["id"])

    assert tell(registry, made["id"]) == dict.fromkeys(
        ["university", "exchange", "officer", "enterprise"], "deleted"
    )
    assert set(tell(registry, kept["id"]).values()) == {"upserted"}


def test_a_changed_contract_stands_in_the_feed_with_the_terms_in_force(
    registry: Registry,
) -> None:
    contract = register(registry)
    asked = ask(registry.enterprise, contract, changes={"total_yuan": "600000.00"})
    answer(registry.officer, asked.json(), "accepted").raise_for_status()

    held = replay(registry.university)
    assert held[str(contract["id"])]["total_yuan"] == "600000.00"
    assert without_versions(held) == read_tables(registry.university)


def test_an_organisation_is_told_from_its_first_act_until_its_import_is_taken_back(
    registry: Registry,
) -> None:
    draft(registry)
    done = import_as(registry, "officer", "名录.csv", f"{HEADER}{NEW},泉韵智造,企业,,,\n".encode())
    imported = tell(registry, NEW)
    registry.officer.post(f"/v1/imports/{done['id']}/rollback").raise_for_status()

    assert tell(registry, ENTERPRISE) == tell(registry, BUREAU) == imported
    assert imported == dict.fromkeys(READERS, "upserted")
    assert tell(registry, NEW) == dict.fromkeys(READERS, "deleted")
    first = registry.public.get(f"/v1/organizations/{ENTERPRISE}").json()
    line = registry.bank.get(f"/v1/organizations/{ENTERPRISE}/history").json()["items"][0]
    assert (line["act"], line["organization_uscc"]) == ("created", first["uscc"])
