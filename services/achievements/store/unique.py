"""Writes that a unique index may refuse: the refusal undoes only the write, and is an answer."""

from psycopg.errors import UniqueViolation
from sqlalchemy import Insert, Update
from sqlalchemy.exc import IntegrityError

from kit.db import WriteSession


def write_unless_taken(session: WriteSession, statement: Insert | Update) -> bool:
    """Write; False, with nothing written, where another row has what must be unique."""
    try:
        with session.begin_nested():
            session.execute(statement)
    except IntegrityError as error:
        if not isinstance(error.orig, UniqueViolation):
            raise
        return False
    return True
