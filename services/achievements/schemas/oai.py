"""Answers of OAI-PMH as XML, in the order of elements that its schema asks for."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from services.achievements.rules.changes import FoundChange
from services.achievements.rules.dublin_core import as_dublin_core
from services.achievements.rules.oai import (
    PREFIX,
    SETS,
    OaiError,
    Verb,
    show_identifier,
    show_stamp,
)

_OAI = "http://www.openarchives.org/OAI/2.0/"
_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SET_NAMES = {
    "achievements": "科技成果",
    "instruments": "科研仪器设备",
    "platforms": "研发平台",
    "awards": "科技奖励",
}


def open_answer(base_url: str, at: datetime, arguments: Sequence[tuple[str, str]]) -> Element:
    """The outer element; `arguments` are named only where the request could be read."""
    root = Element(
        "OAI-PMH",
        {
            "xmlns": _OAI,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
        },
    )
    _add(root, "responseDate", show_stamp(at))
    request = _add(root, "request", base_url)
    for name, value in arguments:
        request.set(name, _clean(value))
    return root


def render(root: Element) -> bytes:
    """The document as bytes."""
    document: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return document


def add_error(root: Element, error: OaiError) -> None:
    """What cannot be served, and why."""
    _add(root, "error", error.message).set("code", error.code)


def add_identify(root: Element, base_url: str, earliest: datetime) -> None:
    """Who this repository is, and how it keeps what was deleted: for good."""
    about = SubElement(root, Verb.IDENTIFY.value)
    for name, value in (
        ("repositoryName", "六融 · 历下区科技成果登记 (Liurong)"),
        ("baseURL", base_url),
        ("protocolVersion", "2.0"),
        ("adminEmail", "registry@liurong.example"),
        ("earliestDatestamp", show_stamp(earliest)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        _add(about, name, value)


def add_formats(root: Element) -> None:
    """The formats of metadata."""
    one = SubElement(SubElement(root, Verb.LIST_METADATA_FORMATS.value), "metadataFormat")
    _add(one, "metadataPrefix", PREFIX)
    _add(one, "schema", _DC_SCHEMA)
    _add(one, "metadataNamespace", _DC)


def add_sets(root: Element) -> None:
    """The sets: the kinds that everybody may read."""
    listed = SubElement(root, Verb.LIST_SETS.value)
    for name in SETS:
        one = SubElement(listed, "set")
        _add(one, "setSpec", name)
        _add(one, "setName", _SET_NAMES[name])


def add_changes(
    root: Element, verb: Verb, changes: Sequence[FoundChange], token: tuple[str, int] | None
) -> None:
    """Records or headers, and where the list goes on (token, how many came before)."""
    listed = SubElement(root, verb.value)
    for change in changes:
        if verb is Verb.LIST_IDENTIFIERS:
            _add_header(listed, change)
        else:
            _add_record(listed, change)
    if token is not None:
        _add(listed, "resumptionToken", token[0]).set("cursor", str(token[1]))


def _add_record(parent: Element, change: FoundChange) -> None:
    record = SubElement(parent, "record")
    _add_header(record, change)
    if change.row is None:
        return
    metadata = SubElement(record, "metadata")
    core = SubElement(
        metadata,
        "oai_dc:dc",
        {
            "xmlns:oai_dc": _DC,
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_DC} {_DC_SCHEMA}",
        },
    )
    for name, text in as_dublin_core(change.kind, change.row):
        _add(core, f"dc:{name}", text)


def _add_header(parent: Element, change: FoundChange) -> None:
    header = SubElement(parent, "header")
    if change.row is None:
        header.set("status", "deleted")
    _add(header, "identifier", show_identifier(change.thing_id))
    _add(header, "datestamp", show_stamp(change.at))
    _add(header, "setSpec", change.kind.value)


def _add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _clean(text)
    return element


def _clean(text: str) -> str:
    """XML 1.0 has no way to write most control characters."""
    return _NOT_XML.sub("", text)
