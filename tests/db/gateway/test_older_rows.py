"""Rows from before a column existed are made whole from their ledger."""

import importlib.util
from pathlib import Path

from sqlalchemy import text

from gateway.rules.folding import replay_events
from gateway.store.cases import get_case, list_events
from kit.db import Database


def load_migration():
    path = Path("migrations/gateway/0005_proposals_and_older_rows.py").absolute()
    spec = importlib.util.spec_from_file_location("older_rows", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_older_rows_equal_their_replay_after_the_migration(gateway, open_case):
    cases = [open_case(plan="credit-loan-trade") for _ in range(4)]
    for case in cases[1:]:
        case.decide("credit")
    cases[2].decide("loan", "info_requested", items=["审计报告"])
    cases[2].decide("loan", "submitted", by="demo-enterprise")
    cases[3].decide("loan", "submitted")
    migration = load_migration()
    ids = [case.opened["id"] for case in cases]
    database = Database(gateway.settings.database_of("gateway"), pool_size=2)
    try:
        with database.write() as session:
            # Only what revision 2 did not know yet: notices are part of later ledgers.
            session.execute(text("UPDATE cases SET opened_by = NULL"))
            session.execute(text("UPDATE case_tracks SET accepted_on = NULL, made_by = NULL"))
            for statement in (migration.OPENED_BY, migration.ACCEPTED_ON, migration.MADE_BY):
                session.execute(text(statement))
        with database.read() as session:
            rows = [get_case(session, one) for one in ids]
            replayed = [replay_events(list_events(session, one)) for one in ids]
    finally:
        database.close()

    assert rows == replayed
    assert any(track.made_by for row in rows for track in row.tracks)
    assert any(track.accepted_on for row in rows for track in row.tracks)
