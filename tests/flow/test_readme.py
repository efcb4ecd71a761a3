"""The README tells the truth: its commands are run, and its answers are what comes back."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.flow.platforms import running_platform

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read_story(name):
    """Pairs of what to run and what is answered, in the order of the page."""
    blocks = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    assert [kind for kind, _ in blocks] == ["sh", "json"] * (len(blocks) // 2)
    texts = [text for _, text in blocks]
    return list(zip(texts[::2], texts[1::2], strict=True))


def find_missing(said, answer):
    """The first part of the answer that was not said, in order; `…` stands for what is left out."""
    place = 0
    for part in re.sub(r"\s*\n", "…", answer).split("…"):
        found = said.find(part, place)
        if found < 0:
            return part
        place = found + len(part)
    return None


def run_story(address, folder):
    """What the commands print, block by block, in one shell."""
    marked = ["set -u"]
    for number, (commands, _) in enumerate(read_story("README.md")):
        commands = commands.replace("http://127.0.0.1:8000", address)
        marked.append(f"{commands}\necho; echo '=== {number}'")
    done = subprocess.run(
        ["bash", "-c", "\n".join(marked)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return re.split(r"\n=== \d+\n", done.stdout)


@pytest.fixture(scope="module")
def answers(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    with running_platform(data_dir=folder / "var", DATABASE_URL=server.empty()) as platform:
        platform.wait_until_said("is ready at")
        yield run_story(platform.address, folder)


@pytest.mark.parametrize("number", range(len(read_story("README.md"))))
def test_a_command_gives_its_answer(answers, number):
    _, answer = read_story("README.md")[number]

    assert find_missing(answers[number], answer) is None, answers[number]


def test_both_languages_show_the_same_commands():
    assert read_story("README.zh-CN.md") == read_story("README.md")
