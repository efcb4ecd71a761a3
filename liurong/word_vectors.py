"""`liurong word-vectors`: what an operator does before word vectors are switched on."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kit.word_vectors import ModelUnfit, convert_word2vec, open_word_vectors

word_vectors = typer.Typer(
    help="Word vectors for matching, which the operator provides.", no_args_is_help=True
)
_Folder = Annotated[Path, typer.Argument(help="Where words.txt and vectors.npy lie.")]


@word_vectors.command("convert")
def convert(
    source: Annotated[Path, typer.Argument(help="A text file of word2vec, most common first.")],
    folder: _Folder,
) -> None:
    """Make the folder that LIURONG_WORD_VECTORS names of a text file of word2vec."""
    try:
        words = convert_word2vec(source, folder)
    except (ModelUnfit, OSError) as error:
        _give_up(error)
    typer.echo(f"{words} words in {folder}")


@word_vectors.command("check")
def check(folder: _Folder) -> None:
    """Say whether the platform can use the word vectors of a folder, and what they are."""
    try:
        model = open_word_vectors(folder)
    except (ModelUnfit, OSError) as error:
        _give_up(error)
    typer.echo(f"{len(model.places)} words, {model.dimensions} dimensions, {model.name}")


def _give_up(error: Exception) -> NoReturn:
    typer.echo(f"liurong: {error}", err=True)
    raise typer.Exit(1) from None
