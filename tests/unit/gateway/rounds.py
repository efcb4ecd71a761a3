"""How often a law is tried: few times in the suite, as often as LIURONG_ROUNDS says by hand."""

import os

from hypothesis import HealthCheck, settings

law = settings(
    max_examples=int(os.environ.get("LIURONG_ROUNDS", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
