"""Identifiers that carry their own proof, checked by their standards.

Each `check_…` returns the canonical form or raises `IdentifierError`, which says the wrong part:

| identifier | standard |
|---|---|
| unified social credit code (uscc) | GB 32100-2015, with the organisation code of GB 11714 inside |
| Chinese patent application number | ZC 0006-2003 |
| ORCID | ISO/IEC 7064 MOD 11-2 |
| DOI | ISO 26324 (shape only: it has no check digit) |
| technology contract number | 16 digits, older ones 14 (shape only) |
| achievement registration number | authority 3, year 4, type 1, running 4 (shape only) |

`python-stdnum` was not enough: it refuses valid codes beginning with N, A or Y, skips the embedded
organisation code, and knows neither ORCID, DOI nor patent numbers.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from operator import mul
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kit.text import Text

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT = re.compile(r"(?:ZL|CN)?([0-9]{8}|[0-9]{12})(?:\.?([0-9X]))?")
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_ORCID_GROUPS = (*(re.compile(r"[0-9]{4}"),) * 3, re.compile(r"[0-9]{3}[0-9X]"))
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\x00-\x1f]{1,200}")
_REGISTRATION_PARTS = (
    (1, 3, re.compile(r"[0-9A-Z]{3}"), "地方或部门代码", "the code of the authority"),
    (4, 7, re.compile(r"(19|20)[0-9]{2}"), "年份", "a year"),
    (
        8,
        8,
        re.compile(r"[A-Z]"),
        "类型代码字母（应用技术为Y）",
        "the letter of the type (Y: applied)",
    ),
    (9, 12, re.compile(r"[0-9]{4}"), "四位流水号", "four running digits"),
)
PATENT_KINDS = {"1": "invention", "8": "invention", "2": "utility", "9": "utility", "3": "design"}


class IdentifierError(ValueError):
    """An identifier that breaks its standard: a code for programs, the wrong part in words."""

    def __init__(self, code: str, detail: Text) -> None:
        super().__init__(detail.en)
        self.code = code
        self.detail = detail


# A file names the same few organisations again and again.
@lru_cache(maxsize=4096)
def check_uscc(text: str) -> str:
    """The canonical uscc: 18 characters, both check characters right (GB 32100-2015)."""
    code = text.strip().upper()
    if len(code) != 18:
        raise _wrong(
            "uscc_length",
            f"统一社会信用代码应为18位，现为{len(code)}位",
            f"a uscc has 18 characters, this has {len(code)}",
        )
    _check_uscc_characters(code)
    if code[16] != organisation_check(code[8:16]):
        raise _wrong(
            "uscc_organisation_check",
            f"第9至17位主体标识码（组织机构代码）的校验码有误：第17位应为"
            f"{organisation_check(code[8:16])}，现为{code[16]}",
            "the organisation code in characters 9-17 fails its check (GB 11714): character 17"
            f" should be {organisation_check(code[8:16])}, not {code[16]}",
        )
    if code[17] != uscc_check(code[:17]):
        raise _wrong(
            "uscc_check",
            f"统一社会信用代码第18位校验码有误：应为{uscc_check(code[:17])}，现为{code[17]}",
            f"character 18, the check character, should be {uscc_check(code[:17])}, not {code[17]}",
        )
    return code


def _check_uscc_characters(code: str) -> None:
    for place, character in enumerate(code, start=1):
        if character not in _USCC_ALPHABET:
            raise _wrong(
                "uscc_character",
                f"统一社会信用代码第{place}位“{character}”不是允许的字符（不含 I、O、S、V、Z）",
                f"character {place} ({character!r}) is not allowed (digits and letters without"
                " I, O, S, V, Z)",
            )
    if code[0] not in "123456789ANY":
        raise _wrong(
            "uscc_department",
            f"第1位登记管理部门代码“{code[0]}”有误，应为1-9、A、N或Y",
            f"character 1, the registering department, is {code[0]!r}; it must be 1-9, A, N or Y",
        )
    if not code[2:8].isdigit():
        raise _wrong(
            "uscc_region",
            f"第3至8位登记管理机关行政区划码“{code[2:8]}”应为6位数字",
            f"characters 3-8, the region of registration, must be six digits, not {code[2:8]!r}",
        )


def uscc_check(first17: str) -> str:
    """The 18th character of a uscc."""
    total = sum(
        _USCC_ALPHABET.index(character) * weight
        for character, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check(first8: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    total = sum(
        int(character, 36) * weight for character, weight in zip(first8, _ORG_WEIGHTS, strict=True)
    )
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


# Of the rows of a file each number is asked for twice: is it right, and whose double is it.
@lru_cache(maxsize=8192)
def check_patent_number(text: str) -> str:
    """The canonical Chinese application number, as `202010123456.2`, without ZL or CN."""
    number = "".join(text.split()).upper()
    found = _PATENT.fullmatch(number)
    if found is None:
        raise _misshapen_patent(text, number)
    digits, check = found.group(1), found.group(2)
    kind = digits[4] if len(digits) == 12 else digits[2]
    if kind not in PATENT_KINDS:
        raise _wrong(
            "patent_number_kind",
            f"专利号种类位（第{5 if len(digits) == 12 else 3}位）为{kind}，应为1、2、3、8或9",
            f"digit {5 if len(digits) == 12 else 3}, the kind, is {kind}; it must be 1, 2, 3, 8, 9",
        )
    right = patent_check(digits)
    if check is None:
        raise _wrong(
            "patent_number_no_check",
            f"专利号“{text}”缺少校验位（.{right}）",
            f"{text!r} lacks its check digit (.{right})",
        )
    if check != right:
        raise _wrong(
            "patent_number_check",
            f"专利号校验位有误：应为{right}，现为{check}",
            f"the check digit should be {right}, not {check}",
        )
    return f"{digits}.{check}"


def _misshapen_patent(text: str, number: str) -> IdentifierError:
    """Which part of a number is wrong that has not the shape of an application number."""
    digits, point, check = re.sub(r"^(ZL|CN)", "", number).partition(".")
    strange = _find_strange(digits, "0123456789")
    if strange:
        zh = f"第{strange}位“{digits[strange - 1]}”不是数字"
        en = f"character {strange} ({digits[strange - 1]!r}) is not a digit"
    elif len(digits) not in (8, 12) and not (not point and len(digits) in (9, 13)):
        zh = f"小数点前应为8位或12位数字，现为{len(digits)}位"
        en = f"before the point stand {len(digits)} digits, not 8 or 12"
    else:
        zh, en = (
            f"校验位“{check}”应为一位数字或X",
            f"the check digit {check!r} is not one digit or X",
        )
    return _wrong(
        "patent_number_shape",
        f"专利号“{text}”有误：{zh}；只收申请号或专利号，如 201710601862.3，不收公开号",
        f"patent {text!r}: {en}; give the number of the application or the patent, such as"
        " 201710601862.3, not that of a publication",
    )


def patent_check(digits: str) -> str:
    """The check digit of 8 or 12 digits (ZC 0006-2003 §5)."""
    rest = sum(map(mul, map(int, digits), _PATENT_WEIGHTS)) % 11
    return "X" if rest == 10 else str(rest)


def patent_kind(number: str) -> str:
    """`invention`, `utility` or `design`, from a canonical application number."""
    digits = number.partition(".")[0]
    return PATENT_KINDS[digits[4] if len(digits) == 12 else digits[2]]


def check_orcid(text: str) -> str:
    """The canonical ORCID, as `0000-0002-1825-0097`."""
    code = text.strip().upper().removeprefix("HTTPS://ORCID.ORG/")
    if not _ORCID.fullmatch(code):
        raise _misshapen_orcid(text, code)
    right = orcid_check(code.replace("-", "")[:15])
    if code[-1] != right:
        raise _wrong(
            "orcid_check",
            f"ORCID 末位校验码有误：应为{right}，现为{code[-1]}",
            f"the last character, the check, should be {right}, not {code[-1]}",
        )
    return code


def _misshapen_orcid(text: str, code: str) -> IdentifierError:
    """Which group of an ORCID is wrong."""
    groups = code.split("-")
    places = zip(groups, _ORCID_GROUPS, strict=False)
    wrong = [place for place, (group, shape) in enumerate(places, 1) if not shape.fullmatch(group)]
    if len(groups) != len(_ORCID_GROUPS):
        zh, en = f"应为四组，现为{len(groups)}组", f"four groups with hyphens, not {len(groups)}"
    else:
        group = groups[wrong[0] - 1]
        zh = f"第{wrong[0]}组“{group}”应为四位数字（末位可为X）"
        en = f"group {wrong[0]}, {group!r}, is not four digits (the last may be X)"
    return _wrong("orcid_shape", f"ORCID“{text}”有误：{zh}", f"ORCID {text!r}: {en}")


def orcid_check(first15: str) -> str:
    """The 16th character of an ORCID (ISO/IEC 7064 MOD 11-2)."""
    total = 0
    for digit in first15:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def check_doi(text: str) -> str:
    """The canonical DOI, in lower case, without resolver or `doi:`."""
    code = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", text.strip(), flags=re.IGNORECASE)
    if not _DOI.fullmatch(code):
        raise _wrong(
            "doi_shape",
            f"DOI“{text}”应形如 10.1234/abcd",
            f"{text!r} is not a DOI, as 10.1234/abcd",
        )
    return code.lower()


def check_contract_number(text: str) -> str:
    """A technology contract's registration number: 16 digits, older ones 14."""
    code = text.strip()
    strange = _find_strange(code, "0123456789")
    if strange:
        zh = f"第{strange}位“{code[strange - 1]}”不是数字"
        en = f"character {strange} ({code[strange - 1]!r}) is not a digit"
    elif len(code) not in {14, 16}:
        zh = f"应为16位数字（旧号14位），现为{len(code)}位"
        en = f"{len(code)} digits, not 16 (older ones 14)"
    else:
        return code
    raise _wrong(
        "contract_number_shape",
        f"技术合同登记编号“{text}”有误：{zh}",
        f"contract registration number {text!r}: {en}",
    )


def check_registration_number(text: str) -> str:
    """An achievement's 批准登记号: 3 of the authority, 4 of the year, 1 type (Y), 4 running."""
    code = text.strip().upper()
    if len(code) != 12:
        raise _wrong(
            "registration_number_length",
            f"成果登记号应为12位，现为{len(code)}位",
            f"an achievement's registration number has 12 characters, this has {len(code)}",
        )
    for first, last, shape, zh, en in _REGISTRATION_PARTS:
        part = code[first - 1 : last]
        if not shape.fullmatch(part):
            raise _wrong(
                "registration_number_part",
                f"成果登记号第{first}至{last}位“{part}”应为{zh}",
                f"characters {first}-{last}, {part!r}, must be {en}",
            )
    return code


def _find_strange(text: str, allowed: str) -> int:
    """The place (from 1) of the first character that is not allowed; 0 where all are."""
    return next((place for place, sign in enumerate(text, 1) if sign not in allowed), 0)


def _wrong(code: str, zh: str, en: str) -> IdentifierError:
    return IdentifierError(code, Text(zh, en))


def _at_the_border(check: Callable[[str], str]) -> AfterValidator:
    """The check as a step of pydantic; both languages travel in the error's context."""

    def validate(value: str) -> str:
        try:
            return check(value)
        except IdentifierError as error:
            context = {"zh": error.detail.zh, "en": error.detail.en}
            raise PydanticCustomError(error.code, "{en}", context) from error

    return AfterValidator(validate)


def _schema(description: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, "examples": [example]})


Uscc = Annotated[
    str,
    _at_the_border(check_uscc),
    _schema("统一社会信用代码 (GB 32100-2015), check characters verified", "12100000400000624D"),
]
PatentNumber = Annotated[
    str,
    _at_the_border(check_patent_number),
    _schema("Chinese patent application number (ZC 0006-2003)", "201710601862.3"),
]
Orcid = Annotated[
    str,
    _at_the_border(check_orcid),
    _schema("ORCID (ISO/IEC 7064 MOD 11-2)", "0000-0002-1825-0097"),
]
Doi = Annotated[str, _at_the_border(check_doi), _schema("DOI", "10.1000/182")]
ContractNumber = Annotated[
    str,
    _at_the_border(check_contract_number),
    _schema("技术合同登记编号", "2026370102000001"),
]
RegistrationNumber = Annotated[
    str,
    _at_the_border(check_registration_number),
    _schema("成果批准登记号", "3702024Y0001"),
]
