"""A reader in a process of its own, so that reading and writing share the processors.

Both ends of the pipes are ours and of the same version, so objects travel pickled. The helper ends
with its pipes: a worker that is killed leaves none behind.
"""

import gc
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO, Self, cast

from kit.errors import DomainError
from services.achievements.usecases.import_reader import (
    Answer,
    Opened,
    PieceReader,
    Prepared,
    Request,
    Source,
    calm_collector,
)

# The columns of a piece stay for the next one (glibc): to ask the system for each of them anew took
# an eighth of the helper's time, and the peak is the same. One thread does all of the counting.
_FRUGAL = {
    "MALLOC_MMAP_THRESHOLD_": "2500000",
    "MALLOC_TRIM_THRESHOLD_": "8000000",
    "OPENBLAS_NUM_THREADS": "1",
}


class HelperGone(Exception):
    """The helper ended before it had answered (killed, out of memory): the job is tried again."""


class HelperBroke(Exception):
    """The helper met what nobody foresaw; its account of it is the message."""


class HelperReader:
    """Asks a reader in another process; it starts at once, and is told later what to read."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter and module
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | _FRUGAL | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions = self._process.stdin
        self._answers = cast(BufferedReader, self._process.stdout)

    def open(self, source: Source) -> Opened:
        """Begin to read a file; raises InvalidInput where it is no table of this kind."""
        self._say(source)
        opened = self.receive()
        assert isinstance(opened, Opened)
        return opened

    def send(self, request: Request) -> None:
        """Ask; the helper works on it while its asker does something else."""
        self._say(request)

    def receive(self) -> Answer:
        """The oldest answer that was not received yet; raises what the reader raised."""
        try:
            answer: Answer | Exception = pickle.load(self._answers)  # noqa: S301 our own process
        except (EOFError, pickle.UnpicklingError) as error:
            raise HelperGone from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Let the helper go, whatever it is doing."""
        self._process.kill()
        self._questions.close()
        self._answers.close()
        self._process.wait()

    def _say(self, words: Source | Request) -> None:
        try:
            pickle.dump(words, self._questions, pickle.HIGHEST_PROTOCOL)
            self._questions.flush()
        except OSError as error:
            raise HelperGone from error


def answer_questions(questions: BinaryIO, answers: BinaryIO) -> None:
    """Read the file that is named first, then answer until there are no more questions."""
    with _Speaker(answers) as speaker, calm_collector():
        # What is there stays until the end.
        gc.freeze()
        tell = speaker.say
        try:
            reader = PieceReader(pickle.load(questions))  # noqa: S301 our own process
            tell(reader.describe())
            for request in _hear(questions):
                answer = reader.answer(request)
                # Either half can cut words; it is done by the one that has time.
                if isinstance(answer, Prepared) and speaker.has_time:
                    answer = answer.cut()
                tell(answer)
        except DomainError as error:
            tell(error)
        except EOFError:
            return
        except Exception:  # noqa: BLE001 whatever it is, the asker must hear of it
            tell(HelperBroke(traceback.format_exc()))


def _hear(questions: BinaryIO) -> Iterator[Request]:
    """Questions in their order, taken from the pipe as they come.

    A thread takes them, so that the asker never waits to ask while we wait for it to listen: both
    pipes may be full of what is longer than they are.
    """
    heard = SimpleQueue[Request | None]()

    def listen() -> None:
        try:
            while True:
                heard.put(pickle.load(questions))  # noqa: S301 our own process
        except EOFError:
            return
        finally:
            heard.put(None)

    Thread(target=listen).start()
    while (request := heard.get()) is not None:
        yield request


class _Speaker:
    """Says answers in their order, in a thread: one of 1,000 rows is far longer than a pipe, and
    while its asker is writing the piece before, the next one can be worked on.
    """

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        # Each is counted by one thread alone.
        self._ready = self._taken = 0
        self._said = SimpleQueue[tuple[bytes, int] | None]()
        self._thread = Thread(target=self._speak)

    def say(self, words: Answer | Exception) -> None:
        """Say it as soon as what was said before is heard."""
        pieces = int(isinstance(words, Prepared))
        self._ready += pieces
        self._said.put((pickle.dumps(words, pickle.HIGHEST_PROTOCOL), pieces))

    @property
    def has_time(self) -> bool:
        """Whether a piece that is ready is not taken yet: the asker has enough to do."""
        return self._ready > self._taken

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """All is said at the end, unless nobody listens any more."""
        self._said.put(None)
        self._thread.join()

    def _speak(self) -> None:
        with suppress(BrokenPipeError):
            while (said := self._said.get()) is not None:
                self._answers.write(said[0])
                self._answers.flush()
                self._taken += said[1]


if __name__ == "__main__":
    answer_questions(sys.stdin.buffer, sys.stdout.buffer)
