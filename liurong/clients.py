"""`liurong client`: who may take tokens in production."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from gateway.store.clients import find_client, list_clients
from gateway.usecases.clients import register_client, revoke_client
from kit.auth import Principal, Role
from kit.db import Database
from kit.embedded import find_running
from kit.identifiers import IdentifierError, check_uscc
from kit.logs import set_up_logs
from kit.settings import Settings, database_url_of
from liurong.database import folder_of, open_database_server

SECRET_BYTES = 32

app = typer.Typer(help="Clients that may take tokens.", no_args_is_help=True)


@app.command("add")
def add_client(
    client_id: Annotated[str, typer.Argument(help="As it shows itself, e.g. lixia-bank-core.")],
    role: Annotated[Role, typer.Option(help="What it is.")],
    uscc: Annotated[str, typer.Option(help="The organisation it acts for.")],
    name: Annotated[str, typer.Option(help="The organisation's name.")],
    kind: Annotated[str | None, typer.Option(help="Kind of organisation; else the role.")] = None,
) -> None:
    """Register a client; its secret is printed once and kept only as a hash."""
    if role is Role.SERVICE:
        raise typer.BadParameter("the role service belongs to the platform itself")
    if not client_id.isascii() or not 3 <= len(client_id) <= 100 or client_id.startswith("demo-"):
        raise typer.BadParameter("the id: 3 to 100 ASCII characters, not beginning with demo-")
    try:
        principal = Principal(client_id, role, str(check_uscc(uscc)), name, kind or role.value)
    except IdentifierError as error:
        raise typer.BadParameter(f"{uscc}: {error.detail.en}") from error
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with _open_database() as database, database.write() as session:
        if find_client(session, client_id) is not None:
            raise typer.BadParameter(f"there is a client {client_id} already")
        register_client(session, principal, secret)
    typer.echo(f"client_id={client_id}\nclient_secret={secret}")


@app.command("list")
def show_clients() -> None:
    """All clients: role, organisation, since when, revoked or not."""
    table = Table("client", "role", "uscc", "organisation", "since", "state")
    with _open_database() as database, database.read() as session:
        for client in list_clients(session):
            state = "demo" if client.is_demo else "active"
            if client.revoked_at is not None:
                state = f"revoked {client.revoked_at:%Y-%m-%d}"
            since = f"{client.created_at:%Y-%m-%d}"
            table.add_row(client.id, client.role, client.uscc, client.org_name, since, state)
    Console(width=160).print(table)


@app.command("revoke")
def revoke(client_id: str) -> None:
    """Take no more tokens for a client; one it holds already ends within the hour."""
    with _open_database() as database, database.write() as session:
        if not revoke_client(session, client_id):
            raise typer.BadParameter(f"there is no active client {client_id}")
    typer.echo(f"{client_id} is revoked")


def _find_url(settings: Settings) -> str | None:
    """The database that is named, or our own where it runs already."""
    running = find_running(folder_of(settings)) if settings.database_url is None else None
    if running is None:
        return settings.database_url
    return make_url(running).set(database="liurong").render_as_string(hide_password=False)


@contextmanager
def _open_database() -> Iterator[Database]:
    set_up_logs("warning")
    settings = Settings()
    with ExitStack() as stack:
        url = _find_url(settings) or stack.enter_context(open_database_server(settings)).url
        database = Database(database_url_of(url, "gateway"), pool_size=1)
        stack.callback(database.close)
        try:
            yield database
        except (OperationalError, ProgrammingError) as error:
            raise typer.BadParameter(f"the database: {error.orig}") from error
