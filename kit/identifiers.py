"""Identifiers that carry their own proof, checked by their standards.

Each `check_…` returns the canonical form or raises `IdentifierError`, which says the wrong part:

| identifier | standard |
|---|---|
| unified social credit code (uscc) | GB 32100-2015, with the organisation code of GB 11714 inside |
| Chinese patent application number | ZC 0006-2003 |
| ORCID | ISO/IEC 7064 MOD 11-2 |
| DOI | ISO 26324 (shape only: it has no check digit) |
| technology contract number | 16 digits, older ones 14 (shape only) |

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
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\x00-\x1f]{1,200}")
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


def check_patent_number(text: str) -> str:
    """The canonical Chinese application number, as `202010123456.2`, without ZL or CN."""
    number = re.sub(r"\s", "", text).upper()
    found = _PATENT.fullmatch(number)
    if found is None:
        raise _wrong(
            "patent_number_shape",
            f"专利号“{text}”应为8位或12位数字，加小数点和校验位，前面可有ZL",
            f"{text!r} is not a patent application number: 8 or 12 digits, a point and the check"
            " digit, optionally with ZL in front",
        )
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
        raise _wrong(
            "orcid_shape",
            f"ORCID“{text}”应为四组四位、以连字符分隔",
            f"{text!r} is not an ORCID: four groups of four, with hyphens",
        )
    right = orcid_check(code.replace("-", "")[:15])
    if code[-1] != right:
        raise _wrong(
            "orcid_check",
            f"ORCID 末位校验码有误：应为{right}，现为{code[-1]}",
            f"the last character, the check, should be {right}, not {code[-1]}",
        )
    return code


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
    if not (code.isascii() and code.isdigit() and len(code) in {14, 16}):
        raise _wrong(
            "contract_number_shape",
            f"技术合同登记编号“{text}”应为16位数字（旧号14位）",
            f"{text!r} is not a contract registration number: 16 digits, older ones 14",
        )
    return code


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
