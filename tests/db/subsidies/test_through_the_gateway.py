"""Calculations by way of the gateway, which forwards to another process by URL."""

import json
import socket
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.main import create_app
from kit.settings import Mode, Settings
from tests.serving import serve

LINE = {
    "on": "2024-06-30",
    "applicant": {"kind": "enterprise", "in_district": True},
    "awards": [
        {
            "id": "a",
            "scheme": "shandong_st_progress",
            "level": "third",
            "awarded_on": "2024-03-01",
        }
    ],
}
BATCH = "/v1/subsidies/calculation-batches"


@pytest.fixture(scope="module")
def gateway(shared_bureau, tmp_path_factory):
    settings = Settings(
        database_url="postgresql://nobody@127.0.0.1:9/none",
        data_dir=tmp_path_factory.mktemp("gateway"),
        service_secret="a secret of this test",
        mode=Mode.PRODUCTION,
        subsidies_url=shared_bureau.address,
    )
    with serve(create_app(settings)) as address:
        yield address


class Conversation:
    """A request sent piece by piece while its answer is read."""

    def __init__(self, address):
        self.socket = socket.create_connection((urlsplit(address).hostname, urlsplit(address).port))
        self.socket.settimeout(20)
        self.heard = b""
        head = f"POST {BATCH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        self.socket.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())

    def say(self, line):
        data = json.dumps(line).encode() + b"\n"
        self.socket.sendall(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self):
        self.socket.sendall(b"0\r\n\r\n")

    def hear(self, wanted):
        while wanted not in self.heard:
            piece = self.socket.recv(65536)
            assert piece, self.heard[-300:]
            self.heard += piece


def test_answers_come_through_the_gateway_while_lines_are_still_sent(gateway):
    conversation = Conversation(gateway)
    with closing(conversation.socket):
        for number in (1, 2, 3):
            conversation.say(LINE)
            conversation.hear(b'{"line":%d,"result":' % number)
        conversation.say({"on": "never"})
        conversation.hear(b'{"line":4,"problem":')
        conversation.end()
        conversation.hear(b"\r\n0\r\n\r\n")

    assert b"200 OK" in conversation.heard


def test_a_batch_and_a_calculation_answer_alike_through_the_gateway(gateway, shared_bureau):
    single = httpx.post(f"{gateway}/v1/subsidies/calculations", json=LINE, trust_env=False)
    direct = shared_bureau.call(None, "POST", "/v1/subsidies/calculations", LINE)
    content = (json.dumps(LINE) + "\n").encode() * 2000
    headers = {"Content-Type": "application/x-ndjson"}
    batch = httpx.post(gateway + BATCH, content=content, headers=headers, trust_env=False)

    assert single.content == direct.content
    rows = batch.text.splitlines()
    assert len(rows) == 2000
    assert json.loads(rows[1999]) == {"line": 2000, "result": single.json()}


def test_terms_and_taxes_are_read_by_everyone(gateway):
    terms = httpx.get(
        f"{gateway}/v1/subsidies/terms", headers={"Accept-Language": "en"}, trust_env=False
    )
    taxes = httpx.post(
        f"{gateway}/v1/subsidies/tax-effects",
        json={"on": "2026-03-01", "type": "transfer", "registered": True},
        headers={"Accept-Language": "en"},
        trust_env=False,
    )

    assert [one["code"] for one in terms.json()["items"]] == ["tell", "supplement", "notice"]
    assert all(one["assumption"] for one in terms.json()["items"])
    assert httpx.get(f"{gateway}/v1/subsidies/terms?on=x", trust_env=False).status_code == 422
    effects = {one["code"]: one for one in taxes.json()["effects"]}
    assert effects["vat_exemption"]["confidence"] == "D"
    assert "not verified" in effects["vat_exemption"]["doubt"]
    assert effects["income_tax"]["confidence"] == "A"
    assert effects["income_tax"]["missing"]
    assert all(one["source"] for one in effects.values())
