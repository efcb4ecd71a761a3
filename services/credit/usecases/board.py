"""The jobs of credit."""

from kit.events import make_board

board = make_board("credit")
