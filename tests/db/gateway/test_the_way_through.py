"""What passes through the gateway to a service at a URL, and what does not."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.main import create_app
from kit.settings import Mode, Settings
from tests.serving import serve


class Echo:
    """A service that says what it was asked, and misbehaves on demand."""

    def __init__(self):
        self.hung_up = threading.Event()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path = scope["path"]
        if path.endswith("/stream"):
            await self._stream(receive, send)
        elif path.endswith("/broken"):
            await _start(send, [(b"content-length", b"1000")])
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise RuntimeError("broken on purpose")
        else:
            await self._echo(scope, receive, send)

    async def _live(self, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _stream(self, receive, send):
        import asyncio

        await _start(send, [(b"content-type", b"text/event-stream")])
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await receive()
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0.01)
        self.hung_up.set()

    async def _echo(self, scope, receive, send):
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        said = {
            "method": scope["method"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "size": size,
        }
        status = 404 if scope["path"].endswith("/missing") else 200
        headers = [
            (b"content-type", b"application/json"),
            (b"connection", b"x-private"),
            (b"x-private", b"1"),
            (b"x-twice", b"a"),
            (b"x-twice", b"b"),
        ]
        body = b"" if scope["method"] == "HEAD" else json.dumps(said).encode()
        await _start(send, headers, status)
        await send({"type": "http.response.body", "body": body})


async def _start(send, headers, status=200):
    await send({"type": "http.response.start", "status": status, "headers": headers})


@pytest.fixture(scope="module")
def echo():
    return Echo()


@pytest.fixture(scope="module")
def address(server, tmp_path_factory, echo):
    with serve(echo) as behind:
        settings = Settings(
            mode=Mode.PRODUCTION,
            database_url=server.clone("gateway"),
            data_dir=tmp_path_factory.mktemp("edge"),
            achievements_url=behind,
            credit_url="http://127.0.0.1:9",
        )
        with serve(create_app(settings)) as gateway:
            yield gateway


@pytest.fixture
def client(address):
    with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


def test_a_request_arrives_as_it_was_sent(client):
    answer = client.put(
        "/v1/achievements/by-source/A%2FB%5CD%20C?x=%E6%B5%8E&x=2",
        content=b"x" * 3_000_000,
        headers={
            "X-Request-ID": "my-id",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "Connection": "x-secret-hop",
            "X-Secret-Hop": "1",
        },
    )

    said = answer.json()
    headers = dict(said["headers"])
    assert (said["method"], said["size"]) == ("PUT", 3_000_000)
    assert said["raw_path"] == "/v1/achievements/by-source/A%2FB%5CD%20C"
    assert said["query"] == "x=%E6%B5%8E&x=2"
    assert headers["x-request-id"] == "my-id"
    assert headers["traceparent"].startswith("00-0af")
    assert "x-secret-hop" not in headers
    assert "x-private" not in answer.headers
    assert answer.headers.get_list("x-twice") == ["a", "b"]


def test_a_chunked_request_arrives_whole(client):
    answer = client.post("/v1/imports", content=(b"y" * 1000 for _ in range(500)))

    assert answer.json()["size"] == 500_000
    assert dict(answer.json()["headers"])["transfer-encoding"] == "chunked"


@pytest.mark.parametrize("content", [b"", None])
def test_a_request_without_a_body_arrives_too(client, content):
    answer = client.post("/v1/imports/1/rollback", content=content)

    assert (answer.status_code, answer.json()["size"]) == (200, 0)


def test_many_requests_go_through_side_by_side(client):
    def ask(number):
        return client.post("/v1/imports", content=b"z" * number).json()["size"]

    with ThreadPoolExecutor(16) as pool:
        sizes = list(pool.map(ask, range(300)))

    assert sizes == list(range(300))


def test_an_error_of_a_service_is_not_touched(client):
    answer = client.get("/v1/achievements/missing")

    assert (answer.status_code, answer.json()["method"]) == (404, "GET")


def test_head_stays_head(client):
    answer = client.head("/v1/achievements")

    assert (answer.status_code, answer.content) == (200, b"")


def test_a_stream_arrives_while_it_runs_and_ends_when_the_caller_hangs_up(client, echo):
    echo.hung_up.clear()

    with client.stream("GET", "/v1/imports/1/stream") as stream:
        lines = stream.iter_lines()
        first = next(lines)
        assert not echo.hung_up.is_set()

    assert first == "data: 1"
    assert echo.hung_up.wait(5)


def test_an_answer_that_breaks_off_is_seen_to_break_off(client):
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/v1/achievements/broken")


def test_a_dead_service_is_a_clear_503(client):
    answer = client.get("/v1/consents", headers={"Accept-Language": "en"})

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "service_unavailable"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert client.get("/v1/stages").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/internal/events",
        "//internal/events",
        "/v1/../internal/events",
        "/v1/achievements/../../internal/events",
        "/v1/achievements/%2e%2e/%2e%2e/internal/events",
        "/v1/achievements/..%2f..%2finternal/events",
        "/v1%2f..%2finternal/events",
        "/v1/achievements/%5c..%5c..%5cinternal",
        "/v1//achievements/../internal",
        "//v1/achievements",
        "/v1/achievements//x",
        "/v1/achievements/.",
        "/%2e%2e/internal/events",
        "/v1/internal/events",
    ],
)
def test_no_spelling_leads_out_of_v1(address, path):
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    connection.putrequest("POST", path, skip_host=False)
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()

    assert (answer.status, body["code"]) == (404, "not_found")


def test_readiness_shows_the_services_and_does_not_require_them(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["services"] == {
        "achievements": "ok",
        "subsidies": "unavailable",
        "credit": "unavailable",
    }


def test_a_description_with_a_service_never_seen_is_a_clear_503(client):
    answer = client.get("/openapi.json")

    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
