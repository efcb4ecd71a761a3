"""OAI-PMH: libraries harvest what everybody may read, and learn what is gone.

A list goes by the change feed: a thing stands at its last change, so whatever changes during a
harvest comes again later in it. A resumption token is a place in the feed with the request's own
window; it holds no state here, so it never expires.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from kit.clock import now
from kit.db import ReadSession
from kit.errors import InvalidInput
from kit.pages import decode_values, encode_values
from services.achievements.rules.changes import FoundChange, Place, Window
from services.achievements.rules.kinds import Kind
from services.achievements.rules.oai import (
    PAGE,
    SETS,
    Arguments,
    OaiError,
    Verb,
    read_arguments,
    read_identifier,
)
from services.achievements.rules.visibility import EVERYBODY, Viewer
from services.achievements.schemas.oai import (
    add_changes,
    add_error,
    add_formats,
    add_identify,
    add_sets,
    open_answer,
    render,
)
from services.achievements.store.changes import (
    find_change,
    find_first_change,
    find_settled,
    is_known_place,
    list_changes,
)

_VIEWERS = dict.fromkeys(SETS.values(), EVERYBODY)
_UNREADABLE = frozenset({"badVerb", "badArgument"})


@dataclass(frozen=True, slots=True)
class _Harvest:
    """A list on its way: which verb and window, from which place, how many came before."""

    window: Window
    set: str | None
    after: Place
    came: int = 0


def answer_harvester(
    session: ReadSession, base_url: str, pairs: Sequence[tuple[str, str]]
) -> bytes:
    """The whole answer; what the protocol cannot serve is an answer, too."""
    at = find_settled(session)
    try:
        arguments = read_arguments(pairs)
        root = open_answer(base_url, at, pairs)
        _answer(session, root, base_url, arguments)
    except OaiError as error:
        root = open_answer(base_url, at, [] if error.code in _UNREADABLE else pairs)
        add_error(root, error)
    return render(root)


def _answer(session: ReadSession, root: Element, base_url: str, arguments: Arguments) -> None:
    match arguments.verb:
        case Verb.IDENTIFY:
            add_identify(root, base_url, find_first_change(session) or now())
        case Verb.LIST_SETS:
            add_sets(root)
        case Verb.LIST_METADATA_FORMATS:
            if arguments.identifier is not None:
                _require_known(session, arguments.identifier)
            add_formats(root)
        case Verb.GET_RECORD:
            found = _require_known(session, arguments.identifier or "")
            add_changes(root, arguments.verb, [found], None)
        case Verb.LIST_IDENTIFIERS | Verb.LIST_RECORDS:
            _answer_list(session, root, arguments)


def _require_known(session: ReadSession, identifier: str) -> FoundChange:
    found = find_change(session, _VIEWERS, read_identifier(identifier))
    if found is None:
        raise OaiError("idDoesNotExist", "nothing that everybody may read has this identifier")
    return found


def _answer_list(session: ReadSession, root: Element, arguments: Arguments) -> None:
    harvest = _begin(arguments) if arguments.token is None else _resume(session, arguments.token)
    found = list(list_changes(session, harvest.window, harvest.after, PAGE + 1))
    if not found:
        raise OaiError("noRecordsMatch", "nothing fits the request")
    page, token = found[:PAGE], None
    if len(found) > PAGE:
        token = (_make_token(harvest, page[-1].place), harvest.came)
    elif harvest.came:
        # The last part of a cut list ends with an empty token.
        token = ("", harvest.came)
    add_changes(root, arguments.verb, page, token)


def _begin(arguments: Arguments) -> _Harvest:
    window = Window(_viewers_of(arguments.set), arguments.since, arguments.before)
    return _Harvest(window, arguments.set, Place())


def _viewers_of(chosen: str | None) -> Mapping[Kind, Viewer]:
    return _VIEWERS if chosen is None else {SETS[chosen]: EVERYBODY}


def _make_token(harvest: _Harvest, last: Place) -> str:
    since, before = harvest.window.since, harvest.window.before
    return encode_values(
        last.transaction,
        last.line_id,
        harvest.set,
        None if since is None else since.isoformat(),
        None if before is None else before.isoformat(),
        harvest.came + PAGE,
    )


def _resume(session: ReadSession, token: str) -> _Harvest:
    try:
        transaction, line_id, chosen, since, before, came = decode_values(token, 6)
        place = Place(int(str(transaction)), str(line_id))
        window = Window(
            _viewers_of(None if chosen is None else str(chosen)),
            None if since is None else datetime.fromisoformat(str(since)),
            None if before is None else datetime.fromisoformat(str(before)),
        )
        harvest = _Harvest(window, None if chosen is None else str(chosen), place, int(str(came)))
    except (InvalidInput, ValueError, KeyError) as error:
        raise OaiError("badResumptionToken", "no token of this repository") from error
    if not 0 <= place.transaction < 2**63 or not is_known_place(session, place):
        raise OaiError("badResumptionToken", "no token of this repository")
    return harvest
