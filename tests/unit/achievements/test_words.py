"""Words for search."""

import random
import unicodedata

from services.achievements.rules.kinds import Kind
from services.achievements.rules.plain_text import plain_text
from services.achievements.rules.postings import (
    WEIGHT_MASK,
    cut_texts,
    gather_texts,
    pack_postings,
    pack_segments,
)
from services.achievements.rules.words import (
    BEST_POSTINGS,
    POSTINGS_BUDGET,
    QUERY_TERMS,
    WordCount,
    choose_terms,
    cut_words,
    rarity,
)


def test_chinese_and_english_are_cut_in_one_width_and_case() -> None:
    assert cut_words("锂离子电池，ＢＥＲＴ-Base 模型") == [
        "锂离子", "电池", "bert-base", "bert", "base", "模型",
    ]  # fmt: skip


def unpack(texts: dict[int, list[tuple[str, int]]]) -> dict[str, list[int]]:
    packed = pack_postings(gather_texts(Kind.ACHIEVEMENTS, texts, {}))
    start, found = 0, dict[str, list[int]]()
    for word, end in zip(packed.words, packed.ends, strict=True):
        found[word] = packed.postings[start:end].tolist()
        start = end
    return found


def weigh(parts: list[tuple[str, int]]) -> dict[str, int]:
    return {word: numbers[0] & WEIGHT_MASK for word, numbers in unpack({7: parts}).items()}


def test_a_word_weighs_more_in_the_title_and_less_in_a_long_text() -> None:
    both = weigh([("电池", 2), ("材料", 1)])
    long = weigh([("电池", 2), ("材料 " * 400, 1)])

    assert both["电池"] > both["材料"]
    assert long["电池"] < both["电池"]


def test_the_weight_is_that_of_bm25() -> None:
    # Six words in all: k1 = 1.2, b = 0.75, a usual length of 120.
    damping = 1.2 * (0.25 + 0.75 * 6 / 120)

    assert weigh([("电池", 2), ("材料 bert-base", 1)])["电池"] == int(
        2 * 2.2 / (2 + damping) * 1000
    )


def test_who_cuts_the_texts_of_a_writing_makes_no_difference() -> None:
    dice = random.Random(5)
    texts = {
        number: [("".join(dice.choices("电池材料bert-base 3.5，制备", k=30)), 1), ("锂离子电池", 2)]
        for number in range(500, 900)
    }
    gathered = gather_texts(Kind.ACHIEVEMENTS, texts, {})
    cut = cut_texts(gathered)

    assert len(gathered.uncut) == 800
    assert cut.uncut == []
    assert pack_segments(cut) == pack_segments(gathered)


def test_the_records_of_one_writing_share_a_row_per_word() -> None:
    texts = {3: [("电池 材料", 1)], 9: [("电池", 1)], 11: [("，", 1)]}
    found = {word: [number >> 12 for number in numbers] for word, numbers in unpack(texts).items()}

    assert found == {"材料": [3], "电池": [3, 9]}


def test_a_text_that_holds_the_mark_between_texts_stays_in_its_record() -> None:
    texts = {3: [("电池\x1e材料", 1), ("", 1)], 9: [("涂层", 1)]}
    found = {word: [number >> 12 for number in numbers] for word, numbers in unpack(texts).items()}

    assert found == {"材料": [3], "涂层": [9], "电池": [3]}


def test_plain_text_is_nfkc_in_lower_case_whatever_stands_beside_a_letter() -> None:
    dice = random.Random(5)
    planes = [range(1, 0xD800), range(0xE000, 0x30000), range(1, 0x250), range(0xFF00, 0xFFF0)]
    joining = [range(0x300, 0x370), range(0x1100, 0x1200), range(0x3099, 0x309B), [0x3A3, 0x3F9]]
    for _ in range(5000):
        text = "".join(chr(dice.choice(dice.choice(planes + joining))) for _ in range(6))

        assert plain_text(text) == unicodedata.normalize("NFKC", text).lower()


def test_texts_without_words_bring_no_postings() -> None:
    assert unpack({1: [("", 1), ("……", 2)]}) == {}


def test_words_hold_nothing_that_a_copy_would_have_to_escape() -> None:
    words = cut_words("a\\b\tc\nd\\N \\. e_f \r g")

    assert not any(sign in word for word in words for sign in "\\\t\n\r")


def test_a_query_is_asked_by_its_rarest_words() -> None:
    counts = {f"w{n}": WordCount(n + 1) for n in range(20)} | {"unknown": WordCount(0)}

    assert list(choose_terms(counts, 1000)) == [f"w{n}" for n in range(QUERY_TERMS)]


def test_common_words_are_asked_only_while_they_are_cheap() -> None:
    counts = {
        "rare": WordCount(3),
        "common": WordCount(POSTINGS_BUDGET),
        "commoner": WordCount(POSTINGS_BUDGET * 2),
    }

    assert list(choose_terms(counts, 10**6)) == ["rare", "common"]


def test_a_common_word_whose_best_are_known_costs_no_more_than_these() -> None:
    counts = {"rare": WordCount(3), "common": WordCount(10**6, newer=10)}
    chosen = choose_terms(counts, 10**7)

    assert counts["common"].cost == BEST_POSTINGS + 10
    assert [(word, chosen[word].by_best) for word in chosen] == [("rare", False), ("common", True)]


def test_a_rare_word_counts_more() -> None:
    assert rarity(1, 1000) > rarity(500, 1000) > rarity(1000, 1000) > 0
