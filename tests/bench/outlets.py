"""What the platforms above cost: a package, a minute without news, and a day's look through all.

    ENTERPRISES=20000 python -m tests.bench.outlets    # on the city of `make bench-credit`

Nothing is sent and nothing is kept: every package is made and undone.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from kit.db import Database, WriteSession
from kit.embedded import EmbeddedPostgres
from kit.settings import Settings
from migrations.run import upgrade
from services.credit.main import create_app
from services.credit.store.outlets import get_outlet
from services.credit.usecases.outlets import make_package
from tests.bench.credit import CITY_DIR, ENTERPRISES, FACTS_EACH
from tests.bench.credit_city import settle_outlets

OUTLET = "provincial"
_ALL_SENT = """
INSERT INTO outlet_facts (outlet, fact_id, package_id)
SELECT :outlet, f.id, (SELECT min(id) FROM outlet_packages) FROM facts f
    ON CONFLICT DO NOTHING
"""


def main() -> None:
    with EmbeddedPostgres(CITY_DIR.absolute()) as url:
        base = f"{url.rsplit('/', 1)[0]}/city{ENTERPRISES}x{FACTS_EACH}"
        upgrade("credit", base)
        settings = Settings(database_url=base, data_dir=Path("build"))
        database: Database = create_app(settings).state.database
        settle_outlets(settings.database_of("credit"))
        print(f"{ENTERPRISES * FACTS_EACH:,} facts, load {os.getloadavg()[0]:.1f}")
        _time(database, "a minute without news", lambda session: None)
        _time(database, "the first package of 5,000 rows", _begin_anew)
        _time(database, "the first step of a day: withdraw what may not stand", _send_everything)
        database.close()


def _begin_anew(session: WriteSession) -> None:
    session.execute(text("DELETE FROM outlet_checks"))


def _send_everything(session: WriteSession) -> None:
    _begin_anew(session)
    make_package(session, get_outlet(OUTLET), "bench")
    session.flush()
    session.execute(text(_ALL_SENT), {"outlet": OUTLET})
    _begin_anew(session)


def _time(database: Database, what: str, prepare: Callable[[WriteSession], None]) -> None:
    with database.open_write() as session:
        prepare(session)
        began = time.perf_counter()
        package = make_package(session, get_outlet(OUTLET), "bench")
        session.flush()
        spent = time.perf_counter() - began
        print(f"{what}: {spent * 1000:,.0f} ms, {0 if package is None else package.rows:,} rows")
        session.rollback()


if __name__ == "__main__":
    main()
