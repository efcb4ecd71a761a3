"""`liurong word-vectors`: a folder made of a word2vec file, and what is wrong with another."""

from typer.testing import CliRunner

from liurong.word_vectors import word_vectors


def run(*arguments):
    return CliRunner().invoke(word_vectors, [str(one) for one in arguments])


def test_an_operator_makes_a_folder_and_has_it_checked(tmp_path):
    source, folder = tmp_path / "model.vec", tmp_path / "model"
    source.write_text("2 3\n土豆 1 0 0\n齿轮 0 0.5 1\n", "utf-8")

    converted, checked = run("convert", source, folder), run("check", folder)

    assert "2 words" in converted.output
    assert "2 words, 3 dimensions" in checked.output


def test_what_cannot_be_used_is_said_in_a_line(tmp_path):
    wrong = run("check", tmp_path)
    missing = run("convert", tmp_path / "none.vec", tmp_path / "model")

    assert (wrong.exit_code, missing.exit_code) == (1, 1)
    assert "words.txt is missing" in wrong.output
    assert "none.vec" in missing.output
