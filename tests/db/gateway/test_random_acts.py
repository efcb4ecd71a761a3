"""Random acts by random callers through the store: some here, thousands by `make soak-acts`."""

from tests.soak.acts import try_many_acts


def test_whatever_is_tried_at_the_same_rows_the_law_holds(server, tmp_path):
    said = try_many_acts(server.clone("gateway"), tmp_path, acts=200, seed=6)

    assert said.startswith("200 acts")
    assert "x 200" in said
