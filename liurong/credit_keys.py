"""`liurong credit-key`: the keys with which credit signs its answers."""

import typer

from kit.clock import now
from kit.settings import Settings
from services.credit.rules.signing import PUBLISHED_BEFORE_USE
from services.credit.store.signing import add_key

app = typer.Typer(help="The keys that sign credit answers.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """The keys that sign credit answers (`GET /v1/credit-keys`)."""


@app.command()
def rotate() -> None:
    """Add a key. It is published at once and signs when verifiers have had time to see it."""
    made_at = now()
    name = add_key(Settings().keys_dir, made_at)
    typer.echo(f"credit-signing-{name}: published now, signs from {made_at + PUBLISHED_BEFORE_USE}")
