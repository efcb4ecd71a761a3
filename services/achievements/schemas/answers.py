"""Rows as answers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel

from kit.errors import InvalidInput, RuleBroken
from kit.pages import Page
from kit.problems import describe_problem
from kit.text import Language, Text
from services.achievements.rules.amendments import AMENDMENT_STEPS, AmendmentState, read_terms
from services.achievements.rules.appointments import (
    APPOINTMENT_STEPS,
    AppointmentAct,
    AppointmentState,
)
from services.achievements.rules.changes import FoundChange
from services.achievements.rules.contracts import CONTRACT_STEPS, ContractState
from services.achievements.rules.demands import DEMAND_STEPS, DemandState
from services.achievements.rules.exports import show_columns
from services.achievements.rules.filters import FoundPage
from services.achievements.rules.headers import Correction
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.rows import RowOutcome, RowResult
from services.achievements.schemas.amendments import AmendmentAnswer
from services.achievements.schemas.appointments import AppointmentAnswer
from services.achievements.schemas.changes import ChangeAnswer, ChangesAnswer
from services.achievements.schemas.contracts import ContractAnswer
from services.achievements.schemas.demands import DemandAnswer
from services.achievements.schemas.imports import (
    CorrectedColumn,
    ImportAnswer,
    ImportRowAnswer,
    MappingAnswer,
)
from services.achievements.schemas.notices import NoticeAnswer
from services.achievements.schemas.problems import PROBLEMS
from services.achievements.schemas.records import (
    BatchAnswer,
    BatchItem,
    CountedRows,
    FacetValue,
    RecordPage,
)

Answer = TypeVar("Answer", bound=BaseModel)
Appointed = TypeVar("Appointed", bound=AppointmentAnswer)
Row = Mapping[Any, Any]


def answer_as(model: type[Answer], row: Row, **more: object) -> Answer:
    """A row in the shape of an answer; columns the answer does not name stay inside."""
    return model.model_validate({**row, **more})


def page_of(model: type[Answer], rows: Sequence[Row], next_cursor: str | None) -> Page[Answer]:
    """Rows as one page of a list."""
    return Page[Answer](items=[answer_as(model, row) for row in rows], next_cursor=next_cursor)


def answer_contract(row: Row) -> ContractAnswer:
    """A contract with the steps that are open now."""
    return answer_as(ContractAnswer, with_contract_steps(row))


def with_contract_steps(row: Row) -> Row:
    """The row of a contract with the terms in force and the steps that are open now."""
    allowed = list(CONTRACT_STEPS.open_acts(ContractState(row["state"])))
    return {**row, "in_force": asdict(read_terms(row)), "allowed": allowed}


def answer_demand(row: Row) -> DemandAnswer:
    """A demand with the steps that are open now."""
    return answer_as(DemandAnswer, with_steps(row))


def with_steps(row: Row) -> Row:
    """The row of a demand with the steps that are open now."""
    return {**row, "allowed": list(DEMAND_STEPS.open_acts(DemandState(row["state"])))}


def answer_notice(row: Row, language: Language) -> NoticeAnswer:
    """A notice in the caller's language."""
    return answer_as(
        NoticeAnswer, row, text=row["text_en" if language is Language.EN else "text_zh"]
    )


def count_rows(
    address: str, name: str, counts: Sequence[tuple[str | int, int]]
) -> list[CountedRows]:
    """Counts of the values of a filter, each with the address of the rows behind it."""
    return [
        CountedRows(value=str(value), count=count, rows=f"{address}?{name}={value}")
        for value, count in counts
    ]


def answer_appointment(model: type[Appointed], row: Row) -> Appointed:
    """An appointment with the steps that a side may take now."""
    open_acts = APPOINTMENT_STEPS.open_acts(AppointmentState(row["state"]))
    allowed = [act for act in open_acts if act is not AppointmentAct.COMPLETE]
    return answer_as(model, row, allowed=allowed)


def answer_amendment(row: Row) -> AmendmentAnswer:
    """An amendment with the steps that are open now."""
    allowed = list(AMENDMENT_STEPS.open_acts(AmendmentState(row["state"])))
    return answer_as(AmendmentAnswer, row, changes=row["content"], allowed=allowed)


def answer_import(row: Row) -> ImportAnswer:
    """An import with its counts and progress."""
    names = ("created", "updated", "unchanged", "failed", "duplicates")
    done, total = row["rows_read"], row["rows_total"]
    ratio = round(min(done / total, 1.0), 4) if total else None
    return answer_as(
        ImportAnswer,
        row,
        counts={"read": done, **{name: row[name] for name in names}},
        progress={"done": done, "total": total, "ratio": ratio},
        unclear_units=[one["header"] for one in row["columns"] if one["scale"] is None],
    )


def answer_mapping(kind: ImportKind, corrections: Sequence[Correction]) -> MappingAnswer:
    """What an organisation's headers mean."""
    return MappingAnswer(
        kind=kind,
        columns=[CorrectedColumn.model_validate(asdict(one)) for one in corrections],
    )


def answer_import_row(row: Row, language: Language) -> ImportRowAnswer:
    """A row that did not go in, with its errors in the caller's language."""
    message = "en" if language is Language.EN else "zh"
    errors = [
        {"pointer": fault["pointer"], "code": fault["code"], "message": fault[message]}
        for fault in row["faults"]
    ]
    return answer_as(ImportRowAnswer, row, errors=errors)


def answer_batch(outcomes: Sequence[RowOutcome], language: Language, address: str) -> BatchAnswer:
    """One line per item; a bad one carries a problem of its own."""
    items = [
        BatchItem(
            index=done.index,
            source_id=done.source_id,
            result=done.result,
            id=done.id,
            problem=_problem_of(done, language, f"{address}#/items/{done.index}"),
        )
        for done in outcomes
    ]
    counts = {result: sum(item.result is result for item in items) for result in RowResult}
    return BatchAnswer(items=items, counts=counts)


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _problem_of(done: RowOutcome, language: Language, instance: str) -> dict[str, Any] | None:
    faults = done.faults
    if not faults:
        return None
    detail = faults[0].message
    if len(faults) > 1:
        detail = Text(
            f"共 {len(faults)} 处有误，首先：{detail.zh}",
            f"{len(faults)} faults, the first: {detail.en}",
        )
    error: InvalidInput | RuleBroken
    if done.result is RowResult.DUPLICATE:
        error = RuleBroken("row_repeated", detail, faults=faults)
    else:
        error = InvalidInput("invalid_input", detail, faults=faults)
    return describe_problem(error, PROBLEMS, language, instance=instance, request_id=_request_id())


def answer_found(model: type[Answer], found: FoundPage) -> RecordPage[Answer]:
    """A page of a search, with its counts where they were made."""
    items, counts = [answer_as(model, row) for row in found.rows], found.counts
    if counts is None:
        return RecordPage[Answer](items=items, next_cursor=found.next_cursor)
    return RecordPage[Answer](
        items=items,
        next_cursor=found.next_cursor,
        total=counts.total,
        total_is="at_least" if counts.capped else "exact",
        facets={
            name: [FacetValue(value=value, count=count) for value, count in values]
            for name, values in counts.facets.items()
        },
    )


def answer_changes(changes: Sequence[FoundChange], next_since: str, *, more: bool) -> ChangesAnswer:
    """A page of the change feed."""
    items = [
        ChangeAnswer(
            kind=change.kind,
            id=change.thing_id,
            act=change.act,
            at=change.at,
            record=None if change.row is None else show_columns(change.row),
        )
        for change in changes
    ]
    return ChangesAnswer(
        items=items, next_cursor=next_since if more else None, next_since=next_since, more=more
    )
