"""`liurong policy`: what the author of a policy pack does before it is taken into use."""

from pathlib import Path
from typing import Annotated

import typer

from services.subsidies.rules.pack_checks import PackFault
from services.subsidies.store.policies import POLICIES
from services.subsidies.usecases.pack_checks import check_packs

policy = typer.Typer(help="What the author of a policy pack does.", no_args_is_help=True)


@policy.callback()
def speak_for_policies() -> None:
    """Keep `check` a word of its own, although it is the only one."""


@policy.command("check")
def check(
    folder: Annotated[
        Path, typer.Argument(help="The shelf: a folder with one folder per pack.")
    ] = POLICIES,
) -> None:
    """Prove the packs of a shelf: form, dates, quotations, cases, branches; 1 where one breaks."""
    packs = sorted(path.parent.name for path in folder.glob("*/pack.yaml"))
    if not packs:
        typer.echo(f"liurong: there is no policy pack in {folder}", err=True)
        raise typer.Exit(1)
    faults = check_packs(folder)
    for name in packs:
        typer.echo(f"{name}: {_summary(name, faults)}")
    for fault in faults:
        typer.echo(f"  {describe_fault(fault)}", err=True)
    if faults:
        typer.echo(f"{len(faults)} faults; this shelf is not taken into use", err=True)
        raise typer.Exit(1)


def _summary(name: str, faults: list[PackFault]) -> str:
    broken = sum(fault.pack == name for fault in faults)
    return f"{broken} faults" if broken else "no fault of its own"


def describe_fault(fault: PackFault) -> str:
    """One line: where, what in Chinese, what in English."""
    said = " ".join(fault.message.en.split())
    return f"{fault.pack} · {fault.entry}: {' '.join(fault.message.zh.split())} · {said}"
