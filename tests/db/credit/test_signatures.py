"""A bank can prove what it was told: signatures, keys, reports."""

import base64
import io

import orjson
from joserfc import jws
from joserfc.jwk import KeySet

from kit import clock
from services.credit.rules.signing import PUBLISHED_BEFORE_USE
from services.credit.store.signing import add_key
from tests.db.credit.conftest import BANK, INSURER, City


def keys(city: City) -> KeySet:
    return KeySet.import_key_set(city.call(None, "GET", "/v1/credit-keys").json())


def signer(city: City, signed: str) -> str:
    header = jws.extract_compact(signed.encode()).headers()
    return str(header["kid"])


def test_the_answer_is_signed_over_its_bytes(city: City) -> None:
    answer = city.look(city.grant())
    number = answer.json()["id"]

    again = city.call(BANK, "GET", f"/v1/inquiries/{number}")
    whole = city.call(BANK, "GET", f"/v1/inquiries/{number}/jws")
    stranger = city.call(INSURER, "GET", f"/v1/inquiries/{number}/jws")

    detached = answer.headers["x-jws-signature"]
    payload = base64.urlsafe_b64encode(answer.content).decode().rstrip("=")
    assert again.content == answer.content
    assert again.headers["x-jws-signature"] == detached
    assert detached.replace("..", f".{payload}.") == whole.text
    assert jws.deserialize_compact(whole.text, keys(city)).payload == answer.content
    assert stranger.status_code == 404


def test_keys_are_rotated_without_a_gap(city: City) -> None:
    consent_id = city.grant()
    first = city.look(consent_id)
    published_before = {key.kid for key in keys(city).keys}

    add_key(city.settings.keys_dir, clock.now())
    published = {key.kid for key in keys(city).keys}
    still_old = city.look(consent_id)
    add_key(city.settings.keys_dir, clock.now() - PUBLISHED_BEFORE_USE)
    new = city.look(consent_id)
    published_after = {key.kid for key in keys(city).keys}

    def kid(answer: object) -> str:
        protected = answer.headers["x-jws-signature"].split(".")[0]  # type: ignore[attr-defined]
        return str(orjson.loads(base64.urlsafe_b64decode(protected + "=="))["kid"])

    assert len(published) == len(published_before) + 1
    assert kid(first) == kid(still_old) in published_before
    assert kid(new) in published_after - published
    number = first.json()["id"]
    old = city.call(BANK, "GET", f"/v1/inquiries/{number}/jws").text
    assert jws.deserialize_compact(old, keys(city)).payload == first.content


def test_the_report_carries_the_inquiry_number_and_chinese_text(city: City) -> None:
    number = city.look(city.grant()).json()["id"]

    report = city.call(BANK, "GET", f"/v1/inquiries/{number}/report.pdf")
    again = city.call(BANK, "GET", f"/v1/inquiries/{number}/report.pdf")

    assert report.headers["content-type"] == "application/pdf"
    assert report.content.startswith(b"%PDF-")
    assert b"STSong-Light" in report.content
    assert report.content == again.content
    assert len(io.BytesIO(report.content).read()) > 3000
    assert city.log()[0]["reason"] == "read_again"
