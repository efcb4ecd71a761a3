"""Experts with their conflicts as answers."""

from collections.abc import Mapping
from typing import Any

from kit.text import Language
from services.achievements.schemas.bids import ConflictAnswer, ExpertAnswer


def answer_expert(row: Mapping[str, Any], language: Language) -> ExpertAnswer:
    """An expert, and in the caller's language why he may not judge some bids."""
    conflicts = [
        ConflictAnswer(bid_id=one["bid_id"], code=one["code"], text=one["text"].pick(language))
        for one in row["conflicts"]
    ]
    return ExpertAnswer.model_validate({**row, "conflicts": conflicts})
