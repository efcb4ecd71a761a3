"""Counters and clocks for Prometheus, one set per process, labelled by house."""

from functools import lru_cache

from prometheus_client import REGISTRY, Counter, Histogram, generate_latest

REQUESTS = Counter(
    "liurong_http_requests", "Answered requests", ["house", "method", "route", "status"]
)
DURATION = Histogram(
    "liurong_http_request_seconds",
    "Time to answer",
    ["house", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
JOBS = Counter("liurong_jobs", "Finished jobs", ["house", "task", "outcome"])


def render_metrics() -> bytes:
    """All metrics of this process in Prometheus' text format."""
    return generate_latest(REGISTRY)


def count_request(house: str, method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request and the time it took."""
    requests, duration = _of_route(house, method, route, status)
    requests.inc()
    duration.observe(seconds)


@lru_cache(maxsize=4096)
def _of_route(house: str, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(house, method, route, status), DURATION.labels(house, route)
