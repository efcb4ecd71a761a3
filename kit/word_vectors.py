"""Word vectors that an operator provides: a folder with `words.txt` and `vectors.npy`.

    words.txt     one word a line, UTF-8, the most common first
    vectors.npy   a row of numbers for each of these words (NumPy's own format, float16 or float32)

A text's vector is the mean of the vectors of its words, common words counting little (Arora and
others, 2017: a / (a + p), with p by Zipf's law of the word's place), of length 1. The file is
mapped, not read: processes share it, and only what is looked up is in memory.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kit.errors import DomainError
from kit.text import Text

WORDS, VECTORS = "words.txt", "vectors.npy"
MOST_DIMENSIONS = 2000
"""What an index of pgvector takes."""
_COMMON = 1e-3
_CHECKED_ROWS = 10_000

Vector = npt.NDArray[np.float32]


class ModelUnfit(DomainError):
    """The folder holds no word vectors that can be used; says which file and why."""


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """A model in use; `name` is a digest of what it holds."""

    name: str
    places: dict[str, int]
    vectors: npt.NDArray[np.floating]

    @property
    def dimensions(self) -> int:
        """Numbers of a vector."""
        return int(self.vectors.shape[1])

    def encode(self, words: Iterable[str]) -> Vector | None:
        """The vector of a text, given its words; None where the model knows none of them."""
        known = [self.places[word] for word in words if word in self.places]
        if not known:
            return None
        places = np.array(known)
        common = 1 / ((places + 1) * np.log(len(self.places) + 1))
        weights = _COMMON / (_COMMON + common)
        mean = weights @ self.vectors[places].astype(np.float32)
        length = float(np.linalg.norm(mean))
        return (mean / length).astype(np.float32) if length > 0 else None


def open_word_vectors(folder: Path) -> WordVectors:
    """The model of a folder, opened once; raises ModelUnfit with what is wrong."""
    words, vectors = folder / WORDS, folder / VECTORS
    for path in (words, vectors):
        if not path.is_file():
            raise _unfit(f"缺少文件 {path}", f"the file {path} is missing")
    return _open(words, vectors, words.stat().st_mtime_ns, vectors.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _open(words: Path, vectors: Path, *_changed: int) -> WordVectors:
    listed = _read_words(words)
    rows = _map_vectors(vectors)
    if len(rows) != len(listed):
        raise _unfit(
            f"{words} 有 {len(listed)} 个词，{vectors} 有 {len(rows)} 行，须一致",
            f"{words} has {len(listed)} words, {vectors} has {len(rows)} rows; make them equal",
        )
    # Of a word that stands twice the first place counts: it is the more common.
    places = {word: place for place, word in reversed(list(enumerate(listed)))}
    return WordVectors(_digest(listed, rows), places, rows)


def _read_words(path: Path) -> list[str]:
    try:
        listed = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise _unfit(f"{path} 不是 UTF-8 文本", f"{path} is no UTF-8 text: {error}") from error
    if not listed:
        raise _unfit(f"{path} 是空的", f"{path} is empty")
    return listed


def _map_vectors(path: Path) -> npt.NDArray[np.floating]:
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise _unfit(f"{path} 不能读作 .npy", f"{path} cannot be read as .npy: {error}") from error
    if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.dtype.kind != "f":
        raise _unfit(
            f"{path} 须是二维的浮点数组", f"{path} must hold a table of floating-point numbers"
        )
    if not 1 <= rows.shape[1] <= MOST_DIMENSIONS:
        raise _unfit(
            f"{path} 有 {rows.shape[1]} 维，须为 1 至 {MOST_DIMENSIONS} 维",
            f"{path} has {rows.shape[1]} dimensions; 1 to {MOST_DIMENSIONS} can be indexed",
        )
    if not all(np.isfinite(rows[at : at + _CHECKED_ROWS]).all() for at in _steps(len(rows))):
        raise _unfit(f"{path} 含有非数或无穷大", f"{path} holds numbers that are not finite")
    return rows


def _steps(rows: int) -> range:
    return range(0, rows, _CHECKED_ROWS)


def _digest(listed: list[str], rows: npt.NDArray[np.floating]) -> str:
    digest = hashlib.sha256("\n".join(listed).encode())
    digest.update(repr(rows.shape).encode())
    for at in _steps(len(rows)):
        digest.update(rows[at].tobytes())
    return digest.hexdigest()[:16]


def convert_word2vec(source: Path, folder: Path) -> int:
    """Make such a folder of a text file of word2vec (`words dimensions`, then a word a line)."""
    with source.open(encoding="utf-8", errors="replace") as lines:
        count, dimensions = _read_head(source, lines.readline())
        folder.mkdir(parents=True, exist_ok=True)
        rows = np.lib.format.open_memmap(
            folder / VECTORS, mode="w+", dtype=np.float16, shape=(count, dimensions)
        )
        with (folder / WORDS).open("w", encoding="utf-8") as words:
            for place, line in enumerate(islice(lines, count)):
                word, rows[place] = _read_line(source, place + 2, line, dimensions)
                words.write(f"{word}\n")
        rows.flush()
    return len(open_word_vectors(folder).places)


def _read_line(source: Path, number: int, line: str, dimensions: int) -> tuple[str, list[float]]:
    word, *numbers = line.rstrip().rsplit(" ", dimensions)
    try:
        vector = list(map(float, numbers))
    except ValueError:
        vector = []
    if len(vector) != dimensions or len(word.splitlines()) != 1:
        raise _unfit(
            f"{source} 第 {number} 行不是一个词和 {dimensions} 个数",
            f"line {number} of {source} is no word with {dimensions} numbers",
        )
    return word, vector


def _read_head(source: Path, line: str) -> tuple[int, int]:
    parts = line.split()
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        raise _unfit(
            f"{source} 的第一行须是“词数 维数”",
            f"the first line of {source} must be “words dimensions”",
        )
    return int(parts[0]), int(parts[1])


def _unfit(zh: str, en: str) -> ModelUnfit:
    return ModelUnfit("model_unfit", Text(f"词向量模型不可用：{zh}", f"word vectors: {en}"))


def as_text(vector: Vector | None) -> str | None:
    """A vector as pgvector reads it."""
    return None if vector is None else f"[{','.join(_numbers(vector))}]"


def _numbers(vector: Vector) -> Iterator[str]:
    return (f"{number:.6g}" for number in vector.tolist())
