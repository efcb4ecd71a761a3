"""Vectors of what is matched: made when it arrives, where an operator has provided word vectors."""

from kit.errors import Unavailable
from kit.jobs import Work
from kit.logs import log
from kit.word_vectors import ModelUnfit, WordVectors, as_text, open_word_vectors
from services.achievements.rules.kinds import Kind
from services.achievements.rules.match_texts import Row, text_of
from services.achievements.rules.words import cut_words
from services.achievements.store.vectors import (
    add_vectors,
    drop_replaced,
    drop_vectors,
    has_vectors,
    list_without_vector,
    prepare_vectors,
)
from services.achievements.usecases.board import board

MATCHED = (
    Kind.ACHIEVEMENTS,
    Kind.RESEARCHERS,
    Kind.INSTRUMENTS,
    Kind.PLATFORMS,
    Kind.DEMANDS,
)
KEEP_VECTORS = "matching.keep-vectors"
_BATCH = 500


@board.task(KEEP_VECTORS, cron="*/10 * * * *")
def keep_vectors(work: Work) -> None:
    """What the setting asks for: vectors of all that is matched, or none."""
    model = find_model(work)
    if model is None:
        _switch_off(work)
        return
    for kind in MATCHED:
        with work.database.write() as session:
            drop_replaced(session, kind)
        while add_missing(work, model, kind):
            pass


def keep_vectors_of(work: Work, kind: Kind, among: tuple[int, int] | None = None) -> None:
    """The same for one writing as it arrives, or for all of a kind."""
    model = find_model(work)
    while model is not None and add_missing(work, model, kind, among):
        pass


def find_model(work: Work) -> WordVectors | None:
    """The operator's model with room for its vectors; None where it is off or cannot be used."""
    if work.settings.word_vectors is None:
        return None
    try:
        return start_vectors(work)
    except (ModelUnfit, Unavailable) as error:
        log.error("word vectors are off", code=error.code, reason=error.detail.en)
        return None


def start_vectors(work: Work) -> WordVectors:
    """Open the model and make room for its vectors; says what is wrong with either."""
    assert work.settings.word_vectors is not None
    model = open_word_vectors(work.settings.word_vectors)
    with work.database.write() as session:
        prepare_vectors(session, model.name, model.dimensions)
    return model


def add_missing(
    work: Work, model: WordVectors, kind: Kind, among: tuple[int, int] | None = None
) -> int:
    """Vectors of some things that have none; of how many."""
    with work.database.write() as session:
        rows = list_without_vector(session, kind, _BATCH, among)
        found = {int(str(row["document"])): _encode(model, kind, row) for row in rows}
        add_vectors(session, kind, found)
    return len(rows)


def _encode(model: WordVectors, kind: Kind, row: Row) -> str | None:
    return as_text(model.encode(cut_words(text_of(kind, row))))


def _switch_off(work: Work) -> None:
    with work.database.write() as session:
        if work.settings.word_vectors is None and has_vectors(session):
            drop_vectors(session)
