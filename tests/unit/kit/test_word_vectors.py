"""Word vectors: a text near another of like words; a wrong model says which file and why."""

import numpy as np
import pytest

from kit.word_vectors import VECTORS, WORDS, ModelUnfit, convert_word2vec, open_word_vectors


def write_model(folder, words, rows):
    (folder / WORDS).write_text("\n".join(words), "utf-8")
    np.save(folder / VECTORS, rows)
    return folder


def test_a_text_is_near_one_of_like_words_and_far_from_others(tmp_path):
    rows = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 0, 1]], np.float32)
    model = open_word_vectors(write_model(tmp_path, ["土豆", "洋芋", "齿轮"], rows))

    potato, same, gear = (model.encode([word]) for word in ("土豆", "洋芋", "齿轮"))

    assert potato @ same > 0.9
    assert potato @ gear < 0.1
    assert model.encode(["不认识"]) is None


def test_a_common_word_counts_less_than_a_rare_one(tmp_path):
    words = ["的", *(f"词{number}" for number in range(998)), "钙钛矿"]
    rows = np.zeros((1000, 2), np.float32)
    rows[0, 0] = rows[-1, 1] = 1
    vector = open_word_vectors(write_model(tmp_path, words, rows)).encode(["的", "钙钛矿"])

    assert vector[1] > 5 * vector[0]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / WORDS).unlink(), "words.txt is missing"),
        (lambda folder: (folder / VECTORS).unlink(), "vectors.npy is missing"),
        (lambda folder: (folder / WORDS).write_bytes("词".encode("gbk")), "no UTF-8"),
        (lambda folder: (folder / WORDS).write_text(""), "is empty"),
        (lambda folder: (folder / WORDS).write_text("a\nb\nc"), "3 words"),
        (lambda folder: (folder / VECTORS).write_bytes(b"PK"), "npy cannot be read as .npy"),
        (lambda folder: (folder / VECTORS).write_bytes(b""), "read as .npy: No data left"),
        (lambda folder: np.save(folder / VECTORS, np.array([object()])), "Python objects"),
        (lambda folder: np.save(folder / VECTORS, np.zeros(2, np.float32)), "must hold a table"),
        (lambda folder: np.save(folder / VECTORS, np.zeros((2, 3), np.int64)), "table of floating"),
        (lambda folder: np.save(folder / VECTORS, np.zeros((2, 2001), np.float16)), "2001"),
        (lambda folder: np.save(folder / VECTORS, np.full((2, 3), np.nan)), "not finite"),
    ],
)
def test_a_wrong_model_says_what_is_wrong_with_it(tmp_path, spoil, said):
    write_model(tmp_path, ["a", "b"], np.ones((2, 3), np.float32))
    spoil(tmp_path)

    with pytest.raises(ModelUnfit, match=said):
        open_word_vectors(tmp_path)


def test_a_file_of_word2vec_becomes_such_a_folder(tmp_path):
    source = tmp_path / "model.vec"
    source.write_text("2 3\n土豆 1 0 0\n齿轮 0 0.5 1\n", "utf-8")

    assert convert_word2vec(source, tmp_path / "model") == 2
    assert open_word_vectors(tmp_path / "model").encode(["土豆"]).tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    "wrong", ["土豆 1 0 0\n", "2 3\n土豆 1 0\n齿轮 0 0 1\n", "2 3\n土豆 1 0 0\n"]
)
def test_a_file_that_is_no_word2vec_is_refused(tmp_path, wrong):
    source = tmp_path / "model.vec"
    source.write_text(wrong, "utf-8")

    with pytest.raises(ModelUnfit):
        convert_word2vec(source, tmp_path / "model")
