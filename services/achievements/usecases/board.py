"""The job board of this house."""

from kit.events import make_board

board = make_board("achievements")
