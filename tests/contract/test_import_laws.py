"""The import laws are laws: each is broken once on purpose, and each time it is noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kit", "liurong", "gateway", "services", "migrations")

BREACHES = {
    "the ground floor climbs": ("kit/clock.py", "import services.credit.main"),
    "a house climbs to the command": ("gateway/main.py", "import liurong.cli"),
    "a service imports its sibling": (
        "services/credit/main.py",
        "import services.subsidies.main",
    ),
    "a service imports the gateway": ("services/credit/main.py", "import gateway.main"),
    "a rule climbs to a use case": (
        "services/subsidies/rules/award.py",
        "import services.subsidies.usecases",
    ),
    "a table climbs to the store": ("services/credit/tables.py", "import services.credit.store"),
    "a stray file has no floor": ("services/subsidies/utils.py", ""),
    "a rule reads the clock": ("services/subsidies/rules/award.py", "import kit.clock"),
    "a rule uses pydantic": ("gateway/rules/stages.py", "import pydantic"),
    "a route speaks SQL": ("services/credit/routes/consents.py", "import sqlalchemy"),
    "a use case knows the web": ("services/credit/usecases/consents.py", "import fastapi"),
    "two modules of the kit run in a circle": ("kit/errors.py", "import kit.problems"),
}


def lint(folder):
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )


@pytest.fixture
def house(tmp_path):
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_the_house_keeps_its_laws(house):
    assert lint(house).returncode == 0


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_noticed(house, breach):
    path, line = BREACHES[breach]
    broken = house / path
    old = broken.read_text(encoding="utf-8") if broken.exists() else ""
    broken.write_text(f"{old}\n{line}\n", encoding="utf-8")

    assert lint(house).returncode == 1
