"""Matching: relevance of texts, reasons in words, weights that learn."""

from decimal import Decimal

import pytest

from kit.clock import today
from services.achievements.rules.match_texts import question_of_demand
from services.achievements.rules.matching import (
    Evidence,
    Judgement,
    Offered,
    ReasonCode,
    Verdict,
    Wanted,
    count_evidence,
    judge_match,
    learn_weights,
)
from services.achievements.rules.relevance import (
    TERMS,
    Relevance,
    make_question,
    measure_relevance,
    weigh_question,
)
from services.achievements.rules.words import WordCount
from services.achievements.store.market_terms import matching_on

BASE = {ReasonCode(code): Decimal(1) / 7 for code in ReasonCode}
NOTHING = Wanted(None, None, None, None, ())
ALIKE = Relevance(0.6, ("电池", "预警"))


def weigh(title, documents, total=1000):
    counts = {word: WordCount(count) for word, count in documents.items()}
    return weigh_question(make_question([(title, 1.0)], [title]), counts, total)


def test_the_text_that_says_the_same_comes_before_the_one_that_shares_a_word():
    weighed = weigh("电池热失控预警", {"电池": 50, "热": 80, "失控": 5, "预警": 20})
    same, other = measure_relevance(
        weighed, ["储能电池热失控的早期预警方法", "锂电池正极材料的制备方法"]
    )

    assert same.score > 2 * other.score
    assert set(same.shared) >= {"电池", "预警"}
    assert other.shared == ("电池",)


def test_letters_in_pairs_find_what_the_cutter_cut_otherwise():
    weighed = weigh_question(make_question([("固态电解质", 1.0)], ["固态电解质"]), {}, 10)
    close, far = measure_relevance(weighed, ["全固态电解质膜", "水泥窑炉"])

    assert close.score > 0
    assert far.score == 0


def test_a_question_asks_by_its_dozen_most_telling_words_and_few_common_ones():
    words = {f"{chr(0x4E00 + n)}{chr(0x4E00 + n)}": n + 1 for n in range(40)}
    question = make_question([(" ".join(words), 1.0)], [])
    weighed = weigh_question(question, dict.fromkeys(question.words, WordCount(3)), 1000)
    common = weigh_question(question, dict.fromkeys(question.words, WordCount(15_000)), 100_000)

    assert len(weighed.asked) == TERMS
    assert len(common.asked) == 2


def test_scores_lie_between_nothing_and_one():
    weighed = weigh("预警", {"预警": 3})
    texts = ["", "预警", "预警" * 500, "别的"]

    scores = [one.score for one in measure_relevance(weighed, texts)]
    assert all(0 <= score <= 1 for score in scores)
    assert scores[0] == scores[3] == 0


def test_what_stands_in_the_title_of_a_demand_counts_more_than_what_its_problem_mentions():
    row = {"title": "预警", "problem": "温度", "keywords": [], "indicators": []}
    question = question_of_demand(row)

    assert question.words["预警"] == 2 * question.words["温度"]


def test_every_match_has_two_reasons_in_two_languages():
    judged = judge_match(NOTHING, Offered(), ALIKE, BASE)

    assert len(judged.reasons) >= 2
    assert all(reason.text.zh and reason.text.en for reason in judged.reasons)


def test_each_thing_asked_and_offered_gives_its_reason():
    wanted = Wanted("new-energy", 5, Decimal("100"), "历下区", ("license",))
    offered = Offered(
        "new-energy", (), 6, Decimal("80"), "历下区", ("license", "equity"), contracts=2, awards=1
    )
    judged = judge_match(wanted, offered, ALIKE, BASE)

    assert {reason.code for reason in judged.reasons} == set(ReasonCode)
    assert all(reason.holds for reason in judged.reasons)


@pytest.mark.parametrize(
    ("worse", "code"),
    [
        (Offered(field="biomedicine"), ReasonCode.FIELD),
        (Offered(trl=2), ReasonCode.READINESS),
        (Offered(price_yuan=Decimal("400")), ReasonCode.PRICE),
        (Offered(district="章丘区"), ReasonCode.REGION),
        (Offered(ways=("equity",)), ReasonCode.WAYS),
    ],
)
def test_what_does_not_fit_is_said_and_ranks_lower_than_what_is_unknown(worse, code):
    wanted = Wanted("new-energy", 5, Decimal("100"), "历下区", ("license",))
    unknown = judge_match(wanted, Offered(), ALIKE, BASE)
    misfit = judge_match(wanted, worse, ALIKE, BASE)

    assert {one.code: one.holds for one in misfit.reasons}[code] is False
    assert misfit.score < unknown.score


def test_without_feedback_the_weights_stay_and_add_up():
    terms = matching_on(today())
    learned = learn_weights(terms.weights, count_evidence([]), terms.prior)

    assert learned == terms.weights
    assert sum(learned.values()) == 1


def test_weights_follow_feedback_the_same_way_every_time_and_never_beyond_the_double():
    base = matching_on(today()).weights
    liked = [Judgement(Verdict.CONTRACTED, (ReasonCode.FIELD,))] * 30
    disliked = [Judgement(Verdict.NOT_USEFUL, (ReasonCode.REGION,))] * 30
    evidence = count_evidence([*liked, *disliked])
    learned = learn_weights(base, evidence, 10)

    assert evidence[ReasonCode.FIELD] == Evidence(30, 0)
    assert learned[ReasonCode.FIELD] > base[ReasonCode.FIELD]
    assert learned[ReasonCode.REGION] < base[ReasonCode.REGION]
    assert sum(learned.values()) == 1
    assert learned == learn_weights(base, evidence, 10)
    # 0.06 × 2 × (30 + 10) / (30 + 20) = 0.096 and 0.03 × 2 × 10 / 50 = 0.012, of 1.018 in all.
    assert learned[ReasonCode.FIELD] == (Decimal("0.096") / Decimal("1.018")).quantize(
        Decimal("0.0001")
    )


def test_feedback_turns_the_order_of_two_answers_around():
    wanted = Wanted("new-energy", 6, None, None, ())
    of_the_field = Offered(field="new-energy", trl=2)
    ready = Offered(field="new-materials", trl=8)
    terms = matching_on(today())
    useless = [Judgement(Verdict.NOT_USEFUL, (ReasonCode.FIELD,))] * 12
    useful = [Judgement(Verdict.USEFUL, (ReasonCode.READINESS,))] * 12
    learned = learn_weights(terms.weights, count_evidence([*useless, *useful]), terms.prior)

    def order(weights):
        scores = [judge_match(wanted, one, ALIKE, weights).score for one in (of_the_field, ready)]
        return "field first" if scores[0] > scores[1] else "readiness first"

    assert order(terms.weights) == "field first"
    assert order(learned) == "readiness first"
