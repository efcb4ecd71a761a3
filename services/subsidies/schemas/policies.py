"""Words of `GET /v1/policies`."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import Field

from kit.days import Day
from kit.pages import PageQuery
from kit.schemas import AnswerModel
from kit.text import Language, Text
from services.subsidies.rules.policies import (
    Parameter,
    Policy,
    PolicyStatus,
    Question,
    Source,
    Switch,
)
from services.subsidies.schemas.calculations import MOST_THINGS


class PolicyQuery(PageQuery):
    """Which policies, in pages."""

    on: Day | None = Field(None, description="only the policy of this day")


class TwoLanguages(AnswerModel):
    """The same words in Chinese and English."""

    zh: str
    en: str


class PolicySummary(AnswerModel):
    """A policy on the shelf."""

    id: str
    version: str
    title: str
    issuer: str
    number: str | None
    status: PolicyStatus
    from_day: date = Field(serialization_alias="from")
    to_day: date | None = Field(serialization_alias="to")
    computable: bool = Field(description="false: its amounts are not in the stored text")
    replaces: str | None
    pack_hash: str


class ConditionAnswer(AnswerModel):
    """One condition of a rule, with what is said when it holds, fails, …"""

    code: str
    quote: str
    says: dict[str, str]
    next_act: str | None


class ClauseAnswer(AnswerModel):
    """One rule in readable form."""

    rule: str
    clause: str
    title: str
    conditions: list[ConditionAnswer]


class AmountAnswer(AnswerModel):
    """One number, from a day to a day, with its words."""

    code: str
    label: str
    value: str
    unit: str
    from_day: date = Field(serialization_alias="from")
    to_day: date | None = Field(serialization_alias="to")
    clause: str
    quote: str
    link: str | None = Field(description="where the words can be read; null: in no public place")
    outside_source: str | None
    confidence: str | None


class ReadingAnswer(AnswerModel):
    """One way to read what the text leaves open."""

    key: str
    text: str


class SwitchAnswer(AnswerModel):
    """What the text leaves open, and how it is read here."""

    code: str
    title: str
    rules: list[str]
    default: str = Field(description="`review`: a person decides")
    reason: str
    owner: str
    readings: list[ReadingAnswer]


class SourceAnswer(AnswerModel):
    """The stored text that the quotations are checked against."""

    title: str
    sha256: str
    link: str | None
    text: str


class PolicyAnswer(PolicySummary):
    """A policy as of a day."""

    on: date
    in_force: bool
    contact: str
    source: SourceAnswer
    clauses: list[ClauseAnswer]
    amounts: list[AmountAnswer]
    switches: list[SwitchAnswer]
    form: dict[str, Any] = Field(description="a JSON Schema from which a page draws its form")


def summarise_policy(policy: Policy, language: Language) -> PolicySummary:
    """One line of the list."""
    return PolicySummary(**_head(policy, language))


def describe_policy(policy: Policy, on: date, language: Language) -> PolicyAnswer:
    """All of a policy that is valid on a day."""
    source = policy.source
    return PolicyAnswer(
        **_head(policy, language),
        on=on,
        in_force=policy.in_force(on),
        contact=policy.contact.pick(language),
        source=SourceAnswer(
            title=source.title, sha256=source.sha256, link=source.link, text=source.text
        ),
        clauses=list(_clauses(policy, language)),
        amounts=[
            _amount(parameter, source, language)
            for code in policy.dated
            if (parameter := policy.parameter(code, on)) is not None
        ],
        switches=[_switch(switch, language) for switch in policy.switches.values()],
        form=describe_form(policy, language),
    )


def _head(policy: Policy, language: Language) -> dict[str, Any]:
    return {
        "id": policy.id,
        "version": policy.version,
        "title": policy.title.pick(language),
        "issuer": policy.issuer.pick(language),
        "number": policy.number,
        "status": policy.status,
        "from_day": policy.from_day,
        "to_day": policy.to_day,
        "computable": policy.computable,
        "replaces": policy.replaces,
        "pack_hash": policy.pack_hash,
    }


def _clauses(policy: Policy, language: Language) -> Iterator[ClauseAnswer]:
    for rule in policy.rules.values():
        yield ClauseAnswer(
            rule=rule.code,
            clause=rule.clause,
            title=rule.title.pick(language),
            conditions=[
                ConditionAnswer(
                    code=condition.code,
                    quote=condition.quote,
                    says={name: text.pick(language) for name, text in condition.texts.items()},
                    next_act=condition.act.pick(language) if condition.act else None,
                )
                for condition in rule.conditions.values()
            ],
        )


def _amount(parameter: Parameter, source: Source, language: Language) -> AmountAnswer:
    return AmountAnswer(
        code=parameter.code,
        label=parameter.label.pick(language),
        value=format(parameter.value, "f"),
        unit=parameter.unit,
        from_day=parameter.from_day,
        to_day=parameter.to_day,
        clause=parameter.clause,
        quote=parameter.quote,
        link=parameter.link or source.link,
        outside_source=parameter.outside_source,
        confidence=parameter.confidence,
    )


def _switch(switch: Switch, language: Language) -> SwitchAnswer:
    return SwitchAnswer(
        code=switch.code,
        title=switch.title.pick(language),
        rules=list(switch.rules),
        default=switch.default,
        reason=switch.reason.pick(language),
        owner=switch.owner.pick(language),
        readings=[
            ReadingAnswer(key=reading.key, text=reading.text.pick(language))
            for reading in switch.readings
        ],
    )


_TITLES = {
    "on": Text("评估日", "Day of assessment"),
    "applicant": Text("申请单位", "Applicant"),
    "awards": Text("科技奖励", "Awards"),
    "rd_platforms": Text("六有研发平台", "R&D platforms"),
    "key_laboratories": Text("重点实验室", "Key laboratories"),
    "contracts": Text("技术合同", "Technology contracts"),
    "facilities": Text("概念验证中心与中试示范基地", "Proof-of-concept centres and pilot bases"),
    "prior_payments": Text("以往领取", "Earlier payments"),
    "six_haves": Text("六有", "Six haves"),
    "decision": Text("已作的决定", "Decision already taken"),
    "performance": Text("绩效评价", "Performance evaluation"),
    "city_subsidy": Text("市级补助", "City subsidy"),
    "id": Text("编号", "Id"),
}
_SHAPES: dict[str, dict[str, Any]] = {
    "boolean": {"type": ["boolean", "null"]},
    "integer": {"type": ["integer", "null"]},
    "text": {"type": ["string", "null"], "maxLength": 200},
    "date": {"type": ["string", "null"], "format": "date"},
    "money": {"type": ["string", "null"], "pattern": r"^-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,2})?$"},
    "ratio": {"type": ["string", "null"], "pattern": r"^-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,12})?$"},
}

Schema = dict[str, Any]

_HELP = {
    "on": Text(
        "按这一天有效的办法和当日的事实测算。", "The measures and facts of this day are used."
    ),
    "id": Text("自定的编号，同一清单内不重复。", "A name of your own, used once within its list."),
}


def describe_form(policy: Policy, language: Language) -> Schema:
    """A JSON Schema (2020-12) of the calculation's request, with the pack's questions as titles.

    A form drawn from it posts what `POST /v1/subsidies/calculations` reads.
    """
    form = _object(_TITLES["on"], language)
    form["title"] = policy.title.pick(language)
    form["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    form["required"] = ["on"]
    form["properties"]["on"] = {
        "type": "string",
        "format": "date",
        "title": _TITLES["on"].pick(language),
        "description": _HELP["on"].pick(language),
    }
    shared = {
        code: question
        for code, question in policy.questions.items()
        if code.startswith("city_subsidy.")
    }
    for code, question in policy.questions.items():
        if code not in shared:
            _place(form, code.split("."), question, language)
    for group in ("contracts", "facilities"):
        for code, question in shared.items():
            if policy.questions:
                _place(form, [group, *code.split(".")], question, language)
    return form


def _object(title: Text, language: Language) -> Schema:
    return {
        "type": "object",
        "title": title.pick(language),
        "additionalProperties": False,
        "properties": {},
    }


def _place(form: Schema, path: list[str], question: Question, language: Language) -> None:
    group, *rest = path
    properties = form["properties"]
    if group not in properties:
        properties[group] = _group(group, language)
    node = properties[group]["items"] if group != "applicant" else properties[group]
    for name in rest[:-1]:
        title = _TITLES.get(name, Text(name, name))
        node = node["properties"].setdefault(name, _object(title, language))
    node["properties"][rest[-1]] = _field(question, language)


def _group(name: str, language: Language) -> Schema:
    title = _TITLES[name]
    one = _object(title, language)
    if name == "applicant":
        return one
    if name != "prior_payments":
        one["required"] = ["id"]
        one["properties"]["id"] = {
            "type": "string",
            "title": _TITLES["id"].pick(language),
            "description": _HELP["id"].pick(language),
            "minLength": 1,
            "maxLength": 200,
        }
    else:
        one["required"] = ["rule"]
    return {"type": "array", "title": title.pick(language), "items": one, "maxItems": MOST_THINGS}


def _field(question: Question, language: Language) -> Schema:
    words = {
        "title": question.text.pick(language),
        "description": question.help.pick(language),
        "x-title": {"zh-CN": question.text.zh, "en": question.text.en},
    }
    if question.type != "choice":
        return {**_SHAPES[question.type], **words}
    choices = [
        {"const": code, "title": label.pick(language)} for code, label in question.choices.items()
    ]
    return {"type": ["string", "null"], **words, "oneOf": [*choices, {"type": "null"}]}
