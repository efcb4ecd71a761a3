"""`liurong scorecard`: is a card fit to be served, and how well does it order good and bad?"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from kit.clock import JINAN, now, today
from services.credit.rules.backtests import (
    Outcome,
    calibrate,
    measure_auc,
    measure_ks,
    measure_psi,
)
from services.credit.rules.card_checks import Finding, check_card, check_versions
from services.credit.rules.catalogue import Item, Nature, ValueKind
from services.credit.rules.facts import Fact, FactValue, Unreadable, read_value
from services.credit.rules.scorecards import holds_on
from services.credit.rules.scoring import score
from services.credit.store.scorecards import DISTRICT_CARD, Pack, list_packs, read_pack

app = typer.Typer(help="Check, approve and backtest scorecards.", no_args_is_help=True)
_NOTHING = frozenset({"", "?"})
_NO_NUMBER = frozenset({"na", "n/a", "nan", "null", "none"})
_NUMBERS = (ValueKind.YUAN, ValueKind.RATIO, ValueKind.COUNT)


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Packs (YAML); without one, those shipped.")
    ] = None,
) -> None:
    """Say everything that keeps a card from being served; 1 if there is anything."""
    packs = [read_pack(file) for file in files] if files else list_packs()
    findings = [(pack.card.id, each) for pack in packs for each in _check(pack)]
    findings += [("versions", each) for each in check_versions([pack.card for pack in packs])]
    for pack in packs:
        typer.echo(f"{pack.card.id} {pack.card.version}: {pack.digest}")
    for name, finding in findings:
        typer.echo(f"{name}: {finding.place}: {finding.message}")
    typer.echo(f"{len(packs)} cards, {len(findings)} findings")
    raise typer.Exit(1 if findings else 0)


@app.command()
def approve(
    file: Path,
    name: Annotated[str, typer.Option(help="Who approves.")],
    office: Annotated[str, typer.Option(help="For which office.")],
) -> None:
    """Print the line that binds a person's approval to the content of a pack as it is now."""
    digest = read_pack(file).digest
    typer.echo(
        f'    - {{name: {name}, office: {office}, approved_on: {today()}, digest: "{digest}"}}'
    )


@app.command()
def backtest(
    file: Annotated[Path, typer.Argument(help="A csv with a row per enterprise.")],
    label: Annotated[str, typer.Option(help="The column that says how it ended.")],
    bad: Annotated[str, typer.Option(help="What that column says of a bad end.")] = "1",
    card: Annotated[
        str, typer.Option(help="A shipped card's id, or the file of a pack.")
    ] = DISTRICT_CARD,
    baseline: Annotated[
        Path | None, typer.Option(help="Earlier rows for the PSI; else the file's first half.")
    ] = None,
    bands: Annotated[int, typer.Option(min=2, max=50)] = 10,
) -> None:
    """AUC, KS, PSI and a table of calibration of a card on labelled rows.

    Columns are the items that the card measures; `item@-1` is the same a year earlier. An empty
    cell is not known; several events in one cell are separated by `;`. A column `as_of` gives
    each row its day.
    """
    pack = _find_pack(card)
    outcomes = [
        Outcome(points, row.label == bad)
        for row, points in score_rows(pack, read_rows(file, label))
    ]
    points = [each.points for each in outcomes]
    half = len(points) // 2
    earlier, later = points[:half], points[half:]
    if baseline is not None:
        earlier = [each for _, each in score_rows(pack, read_rows(baseline, None))]
        later = points
    try:
        auc, ks = measure_auc(outcomes), measure_ks(outcomes)
    except ValueError as error:
        typer.echo(f"liurong: {error}; --bad {bad!r} in column {label!r}?", err=True)
        raise typer.Exit(1) from error
    bad_rows = sum(each.bad for each in outcomes)
    typer.echo(f"card {pack.card.id} {pack.card.version} ({pack.card.kind}), {file.name}")
    typer.echo(f"rows {len(outcomes)}, bad {bad_rows}")
    typer.echo(f"AUC {auc:.4f}  KS {ks:.4f}  PSI {measure_psi(earlier, later, bands):.4f}")
    _print_bands(pack, outcomes, bands)


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One line of a file: its cells by column, and how it ended."""

    number: int
    cells: dict[str, str]
    label: str | None


def read_rows(file: Path, label: str | None) -> Iterator[LabelledRow]:
    """The rows of a csv (UTF-8, with or without a mark, or GBK)."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text(encoding="gb18030")
    reader = csv.DictReader(text.splitlines())
    if label is not None and label not in (reader.fieldnames or ()):
        _give_up(f"{file} has no column {label!r}: {', '.join(reader.fieldnames or ())}")
    for number, row in enumerate(reader, start=2):
        yield LabelledRow(number, row, row[label].strip() if label else None)


def score_rows(pack: Pack, rows: Iterator[LabelledRow]) -> Iterator[tuple[LabelledRow, float]]:
    """Every row with the points that the platform's own engine gives it."""
    for row in rows:
        given = row.cells.get("as_of")
        on = date.fromisoformat(given) if given else today()
        facts = [
            fact for name, cell in row.cells.items() for fact in _read(pack, name, cell, on, row)
        ]
        yield row, float(score(pack.card, pack.catalogue, facts, on).score)


def _read(pack: Pack, column: str, cell: str, on: date, row: LabelledRow) -> Iterator[Fact]:
    code, _, year = column.partition("@")
    item = pack.catalogue.items.get(code)
    if item is None or _is_missing(item, cell.strip().lower()):
        return
    since = on.replace(year=on.year + int(year), day=min(on.day, 28)) if year else on
    if not year and any(name.startswith(f"{code}@") for name in row.cells):
        since = on.replace(day=min(on.day, 28))
    several = item.nature is not Nature.MEASURE
    for place, part in enumerate(cell.split(";") if several else [cell]):
        value = _read_cell(item, part.strip())
        if isinstance(value, Unreadable):
            _give_up(f"row {row.number}, column {column!r}: {value.message.en}")
        yield Fact(
            id=f"{column}-{place}",
            item=code,
            value=value,
            source="file",
            observed_on=since,
            valid_from=since,
            valid_to=None,
            conduct_ended_on=None,
            details={},
            recorded_from=now().astimezone(JINAN),
            recorded_to=None,
        )


def _is_missing(item: Item, cell: str) -> bool:
    """Where a word is wanted, "none" is a word."""
    return cell in _NOTHING or (item.value in _NUMBERS and cell in _NO_NUMBER)


def _read_cell(item: Item, cell: str) -> FactValue | Unreadable:
    """A pack with inputs of its own takes any number and any word; facts keep their forms."""
    if item.category != "input":
        flags = {"true": True, "false": False}
        return read_value(item, flags.get(cell.lower(), cell))
    if item.value not in _NUMBERS:
        return cell
    try:
        # As the training read it: through a float, so that a value on a bound falls alike.
        return Decimal(repr(float(cell)))
    except (ValueError, InvalidOperation):
        return read_value(item, cell)


def _check(pack: Pack) -> list[Finding]:
    return check_card(pack.card, pack.catalogue, pack.digest)


def _find_pack(name: str) -> Pack:
    if name.endswith((".yaml", ".yml")):
        return read_pack(Path(name))
    found = [p for p in list_packs() if p.card.id == name and holds_on(p.card, today())]
    if not found:
        known = ", ".join(sorted({pack.card.id for pack in list_packs()}))
        _give_up(f"there is no card {name!r}; shipped are {known}")
    return found[-1]


def _print_bands(pack: Pack, outcomes: Sequence[Outcome], bands: int) -> None:
    scaling = pack.card.scaling
    stands_for = None if scaling is None else (float(scaling.offset), float(scaling.factor))
    table = Table("points", "rows", "bad", "bad share", "expected")
    for band in calibrate(outcomes, bands, stands_for):
        expected = "-" if band.expected_bad is None else f"{band.expected_bad:.4f}"
        low, high = f"{band.low:.2f}", f"{band.high:.2f}"
        table.add_row(
            f"{low} - {high}", str(band.rows), str(band.bad), f"{band.observed:.4f}", expected
        )
    Console().print(table)
    if scaling is None:
        typer.echo("expert points order; they are no probability, so nothing is expected of them")


def _give_up(reason: str) -> NoReturn:
    typer.echo(f"liurong: {reason}", err=True)
    raise typer.Exit(1)
