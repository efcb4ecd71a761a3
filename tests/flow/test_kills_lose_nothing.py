"""kill -9 of a busy gateway: a few points here, as many as wanted by `make soak-kills`."""

from tests.soak.kills import kill_at_random_points


def test_a_killed_gateway_has_lost_and_doubled_nothing(server, tmp_path):
    said = kill_at_random_points(server.clone("gateway"), tmp_path, points=3, seed=6)

    assert said.startswith("3 kills")
