"""OAI-PMH 2.0: what a harvester may ask, and what is wrong with what it asked.

Six verbs; every argument is given once and only where its verb knows it. Errors of the protocol are
answers of it, not problems of HTTP (http://www.openarchives.org/OAI/openarchivesprotocol.html).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from services.achievements.rules.kinds import Kind

PREFIX = "oai_dc"
PAGE = 100

SETS: Mapping[str, Kind] = {
    "achievements": Kind.ACHIEVEMENTS,
    "instruments": Kind.INSTRUMENTS,
    "platforms": Kind.PLATFORMS,
    "awards": Kind.AWARDS,
}
"""What everybody may read; people and money are for members and owners, so they are not here."""

_IDENTIFIER = re.compile(r"urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


class Verb(StrEnum):
    """协议的六个动词"""

    IDENTIFY = "Identify"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_SETS = "ListSets"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_RECORDS = "ListRecords"
    GET_RECORD = "GetRecord"


class OaiError(Exception):
    """What the protocol answers where it cannot serve: a code of its own, and why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Arguments:
    """A request that holds: its verb and what goes with it."""

    verb: Verb
    identifier: str | None = None
    set: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    token: str | None = None


_LISTS = frozenset({"metadataPrefix", "from", "until", "set", "resumptionToken"})
_ALLOWED: Mapping[Verb, frozenset[str]] = {
    Verb.IDENTIFY: frozenset(),
    Verb.LIST_METADATA_FORMATS: frozenset({"identifier"}),
    Verb.LIST_SETS: frozenset({"resumptionToken"}),
    Verb.LIST_IDENTIFIERS: _LISTS,
    Verb.LIST_RECORDS: _LISTS,
    Verb.GET_RECORD: frozenset({"identifier", "metadataPrefix"}),
}


def read_arguments(pairs: Sequence[tuple[str, str]]) -> Arguments:
    """A request as it came, read; raises OaiError."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in set(Verb):
        raise OaiError("badVerb", "name exactly one verb of OAI-PMH 2.0")
    verb = Verb(verbs[0])
    given = {name: value for name, value in pairs if name != "verb"}
    if len(given) != len(pairs) - 1:
        raise OaiError("badArgument", "an argument is given twice")
    unknown = given.keys() - _ALLOWED[verb]
    if unknown:
        raise OaiError("badArgument", f"{verb} has no argument {sorted(unknown)[0]}")
    if "resumptionToken" in given:
        return _read_resumption(verb, given)
    if verb in (Verb.LIST_IDENTIFIERS, Verb.LIST_RECORDS, Verb.GET_RECORD):
        _require_prefix(verb, given)
    if verb is Verb.GET_RECORD and "identifier" not in given:
        raise OaiError("badArgument", "GetRecord needs an identifier")
    return _read_list(verb, given)


def _read_resumption(verb: Verb, given: Mapping[str, str]) -> Arguments:
    if len(given) > 1:
        raise OaiError("badArgument", "resumptionToken is an exclusive argument")
    if verb is Verb.LIST_SETS:
        raise OaiError("badResumptionToken", "the list of sets is never cut")
    return Arguments(verb, token=given["resumptionToken"])


def _require_prefix(verb: Verb, given: Mapping[str, str]) -> None:
    if "metadataPrefix" not in given:
        raise OaiError("badArgument", f"{verb} needs a metadataPrefix")
    if given["metadataPrefix"] != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"records are given as {PREFIX}")


def _read_list(verb: Verb, given: Mapping[str, str]) -> Arguments:
    since, until = given.get("from"), given.get("until")
    if since is not None and until is not None and len(since) != len(until):
        raise OaiError("badArgument", "from and until must have the same granularity")
    chosen = given.get("set")
    if chosen is not None and chosen not in SETS:
        # A set that does not exist holds nothing.
        raise OaiError("noRecordsMatch", "there is no such set; see ListSets")
    begin = None if since is None else read_stamp("from", since)
    end = None if until is None else read_stamp("until", until)
    if begin is not None and end is not None and begin > end:
        raise OaiError("badArgument", "from is later than until")
    step = timedelta(days=1) if until is not None and "T" not in until else timedelta(seconds=1)
    return Arguments(
        verb,
        identifier=given.get("identifier"),
        set=chosen,
        since=begin,
        before=None if end is None else end + step,
    )


def read_stamp(name: str, value: str) -> datetime:
    """A UTC day or second of the protocol."""
    try:
        if _DAY.fullmatch(value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        if _SECOND.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise OaiError("badArgument", f"{name} is no UTCdatetime: 2024-06-30 or 2024-06-30T01:02:03Z")


def show_stamp(at: datetime) -> str:
    """An instant as the protocol writes it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def show_identifier(thing_id: str) -> str:
    """The lasting name of a thing: the same wherever the platform runs."""
    return f"urn:uuid:{thing_id}"


def read_identifier(identifier: str) -> str:
    """The id in a name; raises OaiError."""
    found = _IDENTIFIER.fullmatch(identifier)
    if found is None:
        raise OaiError("idDoesNotExist", "identifiers here are urn:uuid:…")
    return found[1]
