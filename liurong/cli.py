"""The `liurong` command. Settings come from the environment (`kit.settings`)."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, NoReturn, ParamSpec

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import ArgumentError, OperationalError

from kit.embedded import EmbeddedPostgresError
from kit.guardian import end_with_parent
from kit.keys import UnsafeStart
from kit.logs import set_up_logs
from kit.settings import Settings
from liurong.audit import describe_verification, verify_audit
from liurong.clients import app as client
from liurong.credit_keys import app as credit_keys
from liurong.database import migrate as migrate_databases
from liurong.database import open_database_server
from liurong.demo import DemoDataRefused
from liurong.exchange_simulator import app as exchange_simulator
from liurong.houses import HouseName, open_houses
from liurong.platform import load_demo_data_somewhere, run_platform
from liurong.policies import policy
from liurong.scorecards import app as scorecards
from liurong.web import PortTaken, insist, listen, run_until_signalled, serve
from liurong.welcome import welcome
from liurong.word_vectors import word_vectors
from liurong.worker import do_jobs
from migrations.run import DatabaseMissing

P = ParamSpec("P")
_SPEAKING_ERRORS = (
    PortTaken,
    EmbeddedPostgresError,
    UnsafeStart,
    DatabaseMissing,
    DemoDataRefused,
    PermissionError,
    FileNotFoundError,
    FileExistsError,
    NotADirectoryError,
)
_LARGEST_LOG = 50_000_000

app = typer.Typer(
    help="六融 Liurong: the science-and-technology achievement transfer cloud platform of 历下区.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit = typer.Typer(help="What an auditor does.", no_args_is_help=True)
app.add_typer(audit, name="audit")
app.add_typer(scorecards, name="scorecard")
app.add_typer(credit_keys, name="credit-key")
app.add_typer(client, name="client")
app.add_typer(exchange_simulator, name="exchange-simulator")
app.add_typer(policy, name="policy")
app.add_typer(word_vectors, name="word-vectors")


def _one_line_errors(command: Callable[P, None]) -> Callable[P, None]:
    """What a person can mend is said in one line, without a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ValidationError as error:
            _give_up("; ".join(f"{_name_of(fault)}: {fault['msg']}" for fault in error.errors()))
        except OperationalError as error:
            _give_up(f"the database does not answer: {error.orig}")
        except ArgumentError as error:
            _give_up(f"DATABASE_URL: {error}")
        except _SPEAKING_ERRORS as error:
            _give_up(str(error))

    return run


def _name_of(fault: ErrorDetails) -> str:
    return ".".join(str(part) for part in fault["loc"])


def _give_up(reason: str) -> NoReturn:
    print(f"liurong: {' '.join(reason.split())}", file=sys.stderr)
    raise typer.Exit(1) from None


@app.command()
@_one_line_errors
def run(
    with_parent: Annotated[
        bool, typer.Option(help="Stop when the process that started this one is gone.")
    ] = False,
) -> None:
    """Serve the whole platform on this machine until Ctrl-C."""
    if with_parent:
        end_with_parent(signal.SIGKILL)  # nobody is left to wait for a good end
    settings = Settings()
    with _log_file(settings) as log_file:

        def announce(trouble: str | None) -> None:
            print(welcome(settings, log_file), flush=True)
            if trouble is not None:
                print(f"liurong: {trouble}", file=sys.stderr)

        run_platform(settings, log_file, announce)


@app.command("serve")
@_one_line_errors
def serve_house(
    house: HouseName,
    port: Annotated[int | None, typer.Option(help="Instead of PORT.")] = None,
) -> None:
    """Serve one house alone; it finds the others by LIURONG_<HOUSE>_URL."""
    settings = _with_database(Settings())
    set_up_logs(settings.log_level)

    async def main() -> None:
        async with open_houses([house], settings) as apps, serve(apps[house], listener) as serving:
            print(f"{house} at http://{settings.host}:{listener.getsockname()[1]}", flush=True)
            await insist(serving)

    with listen(settings.host, settings.port if port is None else port) as listener:
        run_until_signalled(main())


@app.command()
@_one_line_errors
def worker(
    house: Annotated[
        list[HouseName] | None, typer.Option(help="Only this house's jobs; may be repeated.")
    ] = None,
    health_port: Annotated[
        int | None, typer.Option(help="Answer /livez, /readyz and /metrics there.")
    ] = None,
) -> None:
    """Do the jobs of all houses (imports, event delivery, timers)."""
    settings = _with_database(Settings())
    set_up_logs(settings.log_level)
    with ExitStack() as stack:
        health = None
        if health_port is not None:
            health = stack.enter_context(listen(settings.host, health_port))
        run_until_signalled(do_jobs(house or list(HouseName), settings, health))


@app.command()
@_one_line_errors
def migrate() -> None:
    """Make the four databases where they are missing and bring them up to date."""
    set_up_logs("warning")
    with open_database_server(Settings()) as server:
        migrate_databases(server.url)
    print("the four databases are up to date")


@app.command("demo-data")
@_one_line_errors
def demo_data() -> None:
    """Load the small synthetic 历下; loading it again changes nothing."""
    set_up_logs("warning")
    where = asyncio.run(load_demo_data_somewhere(Settings()))
    print(f"the demo data are in {where}")


@audit.command("verify")
@_one_line_errors
def verify(
    anchors: Annotated[
        Path | None, typer.Option(help="Follow this copy of the anchors, not the machine's own.")
    ] = None,
) -> None:
    """Verify the access log of credit; 1 where an entry or an anchor does not hold."""
    set_up_logs("error")
    answer = verify_audit(Settings(), anchors)
    print(describe_verification(answer))
    if not answer.ok:
        raise typer.Exit(1)


def _with_database(settings: Settings) -> Settings:
    if settings.database_url is None:
        _give_up("DATABASE_URL is not set; a house alone does not bring its own database")
    return settings


@contextmanager
def _log_file(settings: Settings) -> Iterator[Path]:
    """The platform's log: on one machine it would bury the welcome, so it goes to a file."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data_dir / "liurong.log"
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.old"))
    with path.open("a", encoding="utf-8", buffering=1) as stream:
        set_up_logs(settings.log_level, stream)
        yield path
