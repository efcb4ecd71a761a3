"""OAI-PMH 2.0: libraries harvest what everybody may read, and learn what is gone."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import text

from kit.clock import today
from services.achievements.rules.oai import PAGE
from tests.db.achievements.conftest import Registry, make_item

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
HEADER = ["identifier", "datestamp", "setSpec"]


def ask(registry: Registry, /, **arguments: str) -> ElementTree.Element:
    """One request; an answer of the protocol is always 200 and XML of one shape."""
    arguments = {name.rstrip("_"): value for name, value in arguments.items()}
    answer = registry.public.get("/v1/oai", params=arguments)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert [child.tag for child in root][:2] == [f"{OAI}responseDate", f"{OAI}request"]
    assert len(root) == 3
    return root


def error_of(root: ElementTree.Element) -> str | None:
    error = root.find(f"{OAI}error")
    return None if error is None else error.get("code")


def harvest(registry: Registry, verb: str, **arguments: str) -> list[ElementTree.Element]:
    """A whole list, part by part."""
    root = ask(registry, verb=verb, metadataPrefix="oai_dc", **arguments)
    found: list[ElementTree.Element] = []
    while True:
        *items, last = [*root[2]]
        if last.tag != f"{OAI}resumptionToken":
            return [*found, *items, last]
        assert last.get("cursor") == str(len(found))
        found += items
        if not last.text:
            return found
        root = ask(registry, verb=verb, resumptionToken=last.text)


def headers(items: list[ElementTree.Element]) -> dict[str, str | None]:
    """Identifier and status of each."""
    found = {}
    for item in items:
        header = item if item.tag == f"{OAI}header" else item.find(f"{OAI}header")
        assert header is not None
        assert [child.tag.removeprefix(OAI) for child in header] == HEADER
        identifier = header.findtext(f"{OAI}identifier")
        assert identifier not in found, "a thing stands in a list once"
        found[str(identifier)] = header.get("status")
    return found


def put(registry: Registry, source_id: str, **changes: object) -> str:
    body = make_item(source_id=source_id, **changes)
    made = registry.university.put(f"/v1/achievements/by-source/{source_id}", json=body)
    return f"urn:uuid:{made.raise_for_status().json()['id']}"


def test_the_repository_says_who_it_is(registry: Registry) -> None:
    about = ask(registry, verb="Identify")[2]

    assert [child.tag.removeprefix(OAI) for child in about] == [
        "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp",
        "deletedRecord", "granularity",
    ]  # fmt: skip
    assert about.findtext(f"{OAI}deletedRecord") == "persistent"
    assert str(about.findtext(f"{OAI}baseURL")).endswith("/v1/oai")
    assert ask(registry, verb="ListMetadataFormats")[2][0][0].text == "oai_dc"
    assert [one[0].text for one in ask(registry, verb="ListSets")[2]] == [
        "achievements", "instruments", "platforms", "awards",
    ]  # fmt: skip


def test_a_record_is_dublin_core_and_safe_xml(registry: Registry) -> None:
    title = '电解质 <b>&"制备" ]]> \u0007 \U0001f9ea'
    identifier = put(registry, "oai-xml", title=title)

    root = ask(registry, verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")

    record = root[2][0]
    core = record[1][0]
    assert [child.tag.removeprefix(OAI) for child in record] == ["header", "metadata"]
    assert core.tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
    assert core.findtext(f"{DC}title") == title.replace("\u0007", "")
    assert core.findtext(f"{DC}identifier") == identifier
    assert [one.text for one in core.findall(f"{DC}creator")] == ["张三"]
    assert root[1].get("verb") == "GetRecord"


def test_what_is_hidden_is_not_harvested(registry: Registry) -> None:
    identifier = put(registry, "oai-hidden", hidden_fields=["abstract", "contributors"])

    root = ask(registry, verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")

    assert root[2][0].find(f".//{DC}creator") is None
    assert "硫化物" not in ElementTree.tostring(root, encoding="unicode")


def test_what_is_gone_leaves_a_lasting_tombstone(registry: Registry) -> None:
    later = (today() + timedelta(days=3)).isoformat()
    gone = {
        put(registry, "oai-private"): {"visibility": "private"},
        put(registry, "oai-members"): {"visibility": "members"},
        put(registry, "oai-embargo"): {"embargo_until": later},
    }
    never = put(registry, "oai-never", visibility="private")
    for source, changes in zip(("private", "members", "embargo"), gone.values(), strict=True):
        put(registry, f"oai-{source}", **changes)

    listed = headers(harvest(registry, "ListRecords", set="achievements"))

    assert {listed[identifier] for identifier in gone} == {"deleted"}
    assert never not in listed
    missing = ask(registry, verb="GetRecord", identifier=never, metadataPrefix="oai_dc")
    assert error_of(missing) == "idDoesNotExist"
    for identifier in gone:
        root = ask(registry, verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")
        assert root[2][0][0].get("status") == "deleted"
        assert len(root[2][0]) == 1


def test_tokens_last_and_a_list_loses_nothing_that_changes_meanwhile(registry: Registry) -> None:
    items = [make_item(source_id=f"oai-many-{n}", title=f"收割{n}") for n in range(PAGE + 40)]
    registry.university.post("/v1/achievements/batches", json={"items": items})
    first = ask(registry, verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = str(first[2][-1].text)
    again = [
        ask(registry, verb="ListIdentifiers", resumptionToken=token)[2][0][0].text for _ in range(2)
    ]
    changed = put(registry, "oai-many-0", title="收割零号改过")

    second = headers([*ask(registry, verb="ListIdentifiers", resumptionToken=token)[2]][:-1])

    assert again[0] == again[1]
    assert changed in second
    everything = headers(harvest(registry, "ListIdentifiers"))
    assert everything == headers(harvest(registry, "ListRecords"))
    with registry.database.read() as session:
        public = session.execute(
            text(
                "SELECT id FROM achievements WHERE visibility = 'public' AND merged_into IS NULL"
                " AND (embargo_until IS NULL OR embargo_until <= current_date)"
            )
        ).scalars()
        expected = {f"urn:uuid:{id_}" for id_ in public}
    assert expected == {identifier for identifier, status in everything.items() if not status}


def test_a_window_of_time_holds_what_changed_in_it(registry: Registry) -> None:
    identifier = put(registry, "oai-window")
    now = datetime.now(UTC)
    day, second = now.strftime("%Y-%m-%d"), now.strftime("%Y-%m-%dT%H:%M:%SZ")
    hour_ago = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert identifier in headers(harvest(registry, "ListIdentifiers", from_=hour_ago))
    assert identifier in headers(harvest(registry, "ListIdentifiers", from_=day, until=day))
    before = ask(registry, verb="ListRecords", metadataPrefix="oai_dc", until="2001-01-01")
    after = ask(registry, verb="ListRecords", metadataPrefix="oai_dc", from_="2999-01-01")
    none = ask(registry, verb="ListRecords", metadataPrefix="oai_dc", set="awards", from_=second)
    assert {error_of(before), error_of(after), error_of(none)} == {"noRecordsMatch"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nonsense", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&x=1", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-02-01&until=2024-01-01", "badArgument"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2024-02-01&until=2024-03-01T00:00:00Z",
            "badArgument",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=none", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&resumptionToken=nonsense", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=WzEsMiwzLDQsNSw2XQ", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&identifier=x", "badArgument"),
        ("verb=GetRecord&identifier=%00&metadataPrefix=oai_dc", "idDoesNotExist"),
        (
            "verb=GetRecord&metadataPrefix=oai_dc"
            "&identifier=urn:uuid:00000000-0000-7000-8000-000000000000",
            "idDoesNotExist",
        ),
        ("verb=ListMetadataFormats&identifier=none", "idDoesNotExist"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_protocol(
    registry: Registry, query: str, code: str
) -> None:
    answers: list[httpx.Response] = [
        registry.public.get(f"/v1/oai?{query}"),
        registry.public.post(
            "/oai",
            content=query,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
    ]

    for answer in answers:
        assert answer.status_code == 200, answer.text
        root = ElementTree.fromstring(answer.content)
        assert error_of(root) == code
        if code in ("badVerb", "badArgument"):
            assert not root[1].attrib
