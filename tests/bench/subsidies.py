"""How fast are calculations, beside OpenFisca with the same six rules.

    OPENFISCA=/tmp/peer-openfisca make bench-subsidies
    ROWS=100000 SECONDS=2 ROUNDS=1 make bench-subsidies      # shorter

OPENFISCA names a folder of the peer after its setup.sh (its `venv` holds OpenFisca and the package
`openfisca_lixia`). Without it only our own figures are shown. One worker each, explanation on: our
answer always carries clause, quotation and reason of every condition; OpenFisca is asked for values
(`/calculate`) and for its explanation (`/trace`). Rounds take turns; medians are shown. Rows are
timed by seconds of the processor, one thread each.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from kit.embedded import EmbeddedPostgres

SECONDS = os.environ.get("SECONDS", "4")
ROUNDS = int(os.environ.get("ROUNDS", "3"))
ROWS = os.environ.get("ROWS", "1000000")
PEER = os.environ.get("OPENFISCA")
OURS = "/v1/subsidies/calculations"
HERE = Path(__file__).parent
BODY = {
    "on": "2024-06-30",
    "applicant": {
        "kind": "enterprise",
        "in_district": True,
        "is_industrial": True,
        "is_above_designated_size": True,
    },
    "awards": [
        {
            "id": "a1",
            "scheme": "shandong_st_progress",
            "level": "second",
            "awarded_on": "2024-03-01",
        }
    ],
    "rd_platforms": [
        {
            "id": "p1",
            "newly_established": True,
            "established_on": "2024-01-10",
            "district_recognised_on": "2024-05-20",
            "six_haves": dict.fromkeys(
                ("investment", "site", "staff", "equipment", "rules", "results"), True
            ),
        }
    ],
    "contracts": [
        {
            "id": "c1",
            "type": "development",
            "registered_by": "jinan_municipal",
            "registered_on": "2024-02-02",
            "city_subsidy": {
                "approved_yuan": "60000.00",
                "disbursed_yuan": "60000.00",
                "disbursed_on": "2024-05-10",
                "payment_ref": "JN-1",
            },
            "decision": {"match_ratio": "0.5"},
        }
    ],
}
"""The facts of the peer's own payload (lixia_peer.json): 120,000 yuan by three rules."""
LUA = """
local file = assert(io.open(os.getenv("BODY_FILE"), "r"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
done = function(summary, latency, requests)
  io.write(string.format("RESULT %.2f %.4f %d\\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, summary.errors.status + summary.errors.read))
end
"""


@dataclass(frozen=True)
class Target:
    """One address with its body."""

    name: str
    url: str
    body: bytes


def main() -> None:
    print(f"{ROUNDS} rounds of {SECONDS} s, load {os.getloadavg()}, {os.cpu_count()} processors")
    if PEER is None:
        print("OPENFISCA is not set: the peer is absent, only our own figures follow")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="liurong-bench-")))
        url = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        targets = [Target("liurong", stack.enter_context(_liurong(folder, url)) + OURS, _bytes())]
        if PEER is not None:
            base = stack.enter_context(_openfisca(Path(PEER)))
            body = (Path(PEER) / "payloads" / "lixia_peer.json").read_bytes()
            targets += [
                Target(f"openfisca {path}", base + path, body) for path in ("/calculate", "/trace")
            ]
        _check_answers(targets)
        _measure_web(folder, targets)
        _try_wrong_input(targets)
    _measure_rows()


def _bytes() -> bytes:
    return json.dumps(BODY).encode()


def _check_answers(targets: list[Target]) -> None:
    answer = httpx.post(targets[0].url, content=targets[0].body, headers=_JSON, trust_env=False)
    assert answer.json()["total_yuan"] == "120000.00", answer.text
    print(f"liurong answers {len(answer.content)} bytes, 120000.00 yuan, with its reasons")
    for target in targets[1:]:
        answer = httpx.post(target.url, content=target.body, headers=_JSON, trust_env=False)
        assert answer.status_code == 200, answer.text


_JSON = {"Content-Type": "application/json"}


def _measure_web(folder: Path, targets: list[Target]) -> None:
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian: apt install wrk): requests are not measured")
        return
    (folder / "post.lua").write_text(LUA)
    for connections in (16, 1):
        runs: dict[str, list[tuple[float, float, int]]] = {target.name: [] for target in targets}
        for _ in range(ROUNDS):
            for target in targets:
                runs[target.name].append(_load(folder, target, connections))
        medians = {}
        for name, each in runs.items():
            rate, p50 = (statistics.median(run[at] for run in each) for at in (0, 1))
            medians[name] = rate, p50
            bad = sum(run[2] for run in each)
            print(
                f"{connections:2} connections  {name:22} {rate:8.0f}/s  p50 {p50:8.3f} ms", end=""
            )
            print(f"  bad {bad}")
        rate, p50 = medians["liurong"]
        for name, (other_rate, other_p50) in list(medians.items())[1:]:
            print(f"   rate × {rate / other_rate:.1f}, p50 ÷ {other_p50 / p50:.1f} of {name}")


def _load(folder: Path, target: Target, connections: int) -> tuple[float, float, int]:
    (folder / "body.json").write_bytes(target.body)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "-s", str(folder / "post.lua")]
    said = subprocess.run(
        [*command, "--latency", target.url],
        env={**os.environ, "BODY_FILE": str(folder / "body.json")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\d+)", said)
    assert found is not None, said
    return float(found[1]), float(found[2]), int(found[3])


def _try_wrong_input(targets: list[Target]) -> None:
    """Every kind of wrong body; a 5xx is a fault of the server."""
    for target in targets[:2]:
        codes: dict[int, int] = {}
        for body in _wrong_bodies(json.loads(target.body)):
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.post(target.url, content=body, headers=_JSON, trust_env=False)
                codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
        crashed = sum(count for code, count in codes.items() if code >= 500)
        print(f"wrong input  {target.name:22} 5xx: {crashed} of {sum(codes.values())}  {codes}")


def _wrong_bodies(good: object) -> Iterator[bytes]:
    """Broken syntax, and the good body with each value in turn replaced by a wrong one."""
    yield from (b"", b"{", b"null", b"[]", b'"x"', b"1", b"NaN", b"\xff\xfe", b"[" * 5000)
    yield from (b'{"on": "2024-06-30", "on": "\\ud800"}', b'{"on": "\\u0000"}')
    wrong = (None, True, -1, 1e308, 10**30, "", "x", "\u0000", "2024-02-30", [], {}, [[]], {"a": 1})
    for path in _paths(good):
        for value in wrong:
            yield json.dumps(_put(good, path, value)).encode()


def _paths(value: object) -> Iterator[tuple[str | int, ...]]:
    entries = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in entries:
        yield (key,)
        yield from ((key, *rest) for rest in _paths(inner))


def _put(value: object, path: tuple[str | int, ...], wrong: object) -> object:
    if not path:
        return wrong
    copy = value.copy() if isinstance(value, dict | list) else value
    copy[path[0]] = _put(copy[path[0]], path[1:], wrong)  # type: ignore[index,call-overload]
    return copy


def _measure_rows() -> None:
    ours = _figures([sys.executable, "-m", "tests.bench.subsidies_rows", ROWS, str(ROUNDS)])
    _show_rows("liurong", ours)
    print(
        f"   two policies compared (winners, losers, by rule and kind): {ours['simulate_s']:.3f} s"
    )
    if PEER is None:
        return
    python = Path(PEER) / "venv" / "bin" / "python"
    peer = _figures([str(python), str(HERE / "subsidies_openfisca.py"), ROWS, str(ROUNDS)])
    _show_rows("openfisca", peer)
    both = [one["build_s"] + one["calculate_s"] for one in (peer, ours)]
    print(f"   calculation × {peer['calculate_s'] / ours['calculate_s']:.1f}", end="")
    print(f", with building the columns × {both[0] / both[1]:.1f}", end="")
    print(f", memory ÷ {peer['peak_mb'] / ours['peak_mb']:.1f}")


def _figures(command: list[str]) -> dict[str, float]:
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    return figures


def _show_rows(name: str, figures: dict[str, float]) -> None:
    print(
        f"{int(ROWS):,} rows  {name:10} build {figures['build_s']:.3f} s,"
        f" calculate {figures['calculate_s']:.3f} s, peak {figures['peak_mb']:.0f} MB"
    )


@contextlib.contextmanager
def _liurong(folder: Path, database: str) -> Iterator[str]:
    port = _free_port()
    env = {**os.environ, "DATABASE_URL": database, "DATA_DIR": str(folder / "data")}
    env |= {"LIURONG_MODE": "demo", "LIURONG_LOG_LEVEL": "warning", "PORT": str(port)}
    command = [sys.executable, "-m", "liurong", "serve", "subsidies"]
    with _running(command, env, f"http://127.0.0.1:{port}/livez"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _openfisca(peer: Path) -> Iterator[str]:
    port = _free_port()
    command = [str(peer / "venv/bin/openfisca"), "serve", "--country-package", "openfisca_lixia"]
    command += ["--port", str(port), "--workers", "1"]
    with _running(command, dict(os.environ), f"http://127.0.0.1:{port}/spec"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _running(command: list[str], env: dict[str, str], ready: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 90
        while True:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(ready, trust_env=False, timeout=2)
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"it did not start: {' '.join(command)}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
