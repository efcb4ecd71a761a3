"""Identifiers: the samples of the standards pass, and a wrong part is named."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kit.identifiers import (
    IdentifierError,
    Uscc,
    check_contract_number,
    check_doi,
    check_orcid,
    check_patent_number,
    check_registration_number,
    check_uscc,
    orcid_check,
    organisation_check,
    patent_check,
    patent_kind,
    uscc_check,
)


@pytest.mark.parametrize(
    "code",
    [
        "914403001922038216",
        "91110000802100433B",
        "9144030071526726XG",
        "12100000400000624D",
        "12100000495570303U",
        "N2370102MF1234567B",
        "123700004955000143",
        "11370102004200018N",
    ],
)
def test_a_valid_uscc_passes(code: str) -> None:
    assert check_uscc(code.lower()) == code


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("914403001922038217", "uscc_check"),
        ("91440300192203821", "uscc_length"),
        ("91110000802100433I", "uscc_character"),
        ("9144O3001922038216", "uscc_character"),
        ("914403001922038226", "uscc_organisation_check"),
        ("B14403001922038216", "uscc_department"),
        ("91A403001922038216", "uscc_region"),
    ],
)
def test_a_wrong_uscc_says_which_part_is_wrong(code: str, problem: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        check_uscc(code)

    assert caught.value.code == problem
    assert caught.value.detail.zh
    assert caught.value.detail.en


def test_the_message_names_the_right_check_character() -> None:
    with pytest.raises(IdentifierError, match="should be 6, not 7"):
        check_uscc("914403001922038217")


@pytest.mark.parametrize(
    ("check", "text", "part"),
    [
        (check_uscc, "914403001922038226", "character 17 should be 1, not 2"),
        (check_uscc, "9144O3001922038216", "character 5 \\('O'\\)"),
        (check_patent_number, "CN1234567A", "201710601862.3, not that of a publication"),
        (check_patent_number, "2017106018X2.3", "character 11 \\('X'\\) is not a digit"),
        (check_patent_number, "20171060186.3", "before the point stand 11 digits, not 8 or 12"),
        (check_patent_number, "201710601862.33", "the check digit '33' is not one digit"),
        (check_patent_number, "201760601862.3", "digit 5, the kind, is 6"),
        (check_patent_number, "95115608.0", "the check digit should be X, not 0"),
        (check_orcid, "0000-0002-18250097", "four groups with hyphens, not 3"),
        (check_orcid, "0000-0002-1825-009", "group 4, '009'"),
        (check_orcid, "0000-00O2-1825-0097", "group 2, '00O2'"),
        (check_orcid, "0000-0001-0001-0001", "the last character, the check, should be"),
        (check_contract_number, "24370102000O12", "character 12 \\('O'\\) is not a digit"),
        (check_contract_number, "243701020000012", "15 digits, not 16"),
        (check_registration_number, "3702024Y001", "12 characters, this has 11"),
        (check_registration_number, "3701824Y0001", "characters 4-7, '1824', must be a year"),
        (check_registration_number, "370202410001", "characters 8-8, '1'"),
        (check_registration_number, "3702024Y00O1", "characters 9-12, '00O1'"),
    ],
)
def test_the_message_names_the_wrong_digit_or_part(
    check: Callable[[str], str], text: str, part: str
) -> None:
    with pytest.raises(IdentifierError, match=part) as caught:
        check(text)

    assert any(sign.isdigit() or sign in text for sign in caught.value.detail.zh)


def test_a_registration_number_is_authority_year_type_and_running_number() -> None:
    assert check_registration_number(" 3702024y0001 ") == "3702024Y0001"


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
    st.integers(0, 16),
    st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_any_single_wrong_character_of_a_uscc_is_found(body: str, place: int, other: str) -> None:
    first = "91370102" + body + organisation_check(body)
    code = first + uscc_check(first)
    spoiled = code[:place] + other + code[place + 1 :]

    assert check_uscc(code) == code
    if spoiled != code:
        with pytest.raises(IdentifierError):
            check_uscc(spoiled)


@pytest.mark.parametrize(
    ("number", "canonical"),
    [
        ("201710601862.3", "201710601862.3"),
        ("95115608.X", "95115608.X"),
        ("97101765.4", "97101765.4"),
        ("ZL201710601862.3", "201710601862.3"),
        ("zl 2017 1 0601862.3", "201710601862.3"),
        ("2017106018623", "201710601862.3"),
        ("202110000004.X", "202110000004.X"),
    ],
)
def test_a_valid_patent_number_passes(number: str, canonical: str) -> None:
    assert check_patent_number(number) == canonical


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("201710601862.4", "patent_number_check"),
        ("95115608.0", "patent_number_check"),
        ("201760601862.3", "patent_number_kind"),
        ("20171060186.3", "patent_number_shape"),
        ("201710601862", "patent_number_no_check"),
        ("", "patent_number_shape"),
    ],
)
def test_a_wrong_patent_number_says_which_part_is_wrong(number: str, problem: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        check_patent_number(number)

    assert caught.value.code == problem


def test_the_kind_of_a_patent_stands_in_its_number() -> None:
    assert patent_kind("201710601862.3") == "invention"
    assert patent_kind("95215608." + patent_check("95215608")) == "utility"


@pytest.mark.parametrize(
    "orcid",
    [
        "0000-0002-1825-0097",
        "0000-0001-5109-3700",
        "0000-0002-1694-233X",
        "0000-0001-6187-6610",
        "0000-0003-1415-9269",
    ],
)
def test_a_valid_orcid_passes(orcid: str) -> None:
    assert check_orcid(f"https://orcid.org/{orcid}") == orcid


@pytest.mark.parametrize(
    "orcid",
    [
        "0000-0002-1825-0098",
        "0000-0002-1694-2330",
        "0000-0002-1825-009",
        "0000000218250097",
        "0000-0001-0001-0001",
    ],
)
def test_a_wrong_orcid_is_refused(orcid: str) -> None:
    with pytest.raises(IdentifierError):
        check_orcid(orcid)


@given(st.text("0123456789", min_size=15, max_size=15), st.integers(1, 9), st.integers(0, 14))
def test_any_single_wrong_digit_of_an_orcid_is_found(first: str, add: int, place: int) -> None:
    spoiled = first[:place] + str((int(first[place]) + add) % 10) + first[place + 1 :]

    assert orcid_check(first) != orcid_check(spoiled)


def test_a_doi_loses_its_resolver() -> None:
    assert check_doi("https://doi.org/10.1000/ABC") == "10.1000/abc"
    with pytest.raises(IdentifierError):
        check_doi("11.1000/abc")


def test_a_contract_number_has_16_digits_or_the_older_14() -> None:
    assert check_contract_number("2026370102000001") == "2026370102000001"
    assert check_contract_number("24370102000001") == "24370102000001"
    with pytest.raises(IdentifierError):
        check_contract_number("243701020000012")
    with pytest.raises(IdentifierError):
        check_contract_number("２４370102000001")


def test_the_border_type_carries_both_languages() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Uscc).validate_python("914403001922038217")

    error = caught.value.errors()[0]
    assert error["type"] == "uscc_check"
    assert "校验码" in error["ctx"]["zh"]
