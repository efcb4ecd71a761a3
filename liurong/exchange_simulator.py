"""`liurong exchange-simulator`: something happens at the simulated exchange. Nothing is live."""

from typing import Annotated

import typer

from kit.settings import Settings
from liurong.exchange import FILE, ExchangeSimulator

app = typer.Typer(
    help="模拟交易中心（演示用）: what happens at the simulated exchange, for demonstrations.",
    no_args_is_help=True,
)
ListingNumber = Annotated[str, typer.Argument(help="its number there, `exchange_number` here")]


@app.command()
def deal(
    listing_number: ListingNumber,
    buyer_uscc: Annotated[str, typer.Argument(help="who buys")],
    buyer_name: Annotated[str, typer.Argument(help="its name")],
    amount_yuan: Annotated[str, typer.Argument(help='as "300000.00"')],
) -> None:
    """A deal is made there; the platform hears of it within a minute."""
    buyer = {"uscc": buyer_uscc, "name": buyer_name, "kind": "enterprise"}
    _happen(listing_number, "deal", buyer=buyer, amount_yuan=amount_yuan)


@app.command()
def withdraw(
    listing_number: ListingNumber, reason: Annotated[str, typer.Argument(help="why")]
) -> None:
    """A listing is withdrawn there; the platform hears of it within a minute."""
    _happen(listing_number, "withdrawal", reason=reason)


def _happen(listing_number: str, kind: str, **terms: object) -> None:
    simulator = ExchangeSimulator(Settings().data_dir / FILE)
    try:
        message = simulator.make_happen(listing_number, kind, **terms)
    except KeyError:
        typer.echo(f"the simulated exchange knows no listing {listing_number}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"message {message['sequence']}: {kind} of {listing_number} (simulated)")
