"""The jobs of subsidies."""

from kit.events import make_board

board = make_board("subsidies")
