"""`python -m liurong`."""

from liurong.cli import app

app(prog_name="liurong")
