"""`liurong policy check`: packs keep their laws, and cases prove every branch and number."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from kit.text import Text
from services.subsidies.rules.calculation import Calculation, calculate, refer_all
from services.subsidies.rules.cases import Expectation, find_breaches, find_untold
from services.subsidies.rules.facts import Claim
from services.subsidies.rules.pack_checks import PackFault
from services.subsidies.rules.policies import Parameter, Policy
from services.subsidies.rules.simulation import Change, apply_change
from services.subsidies.schemas.calculations import claim_of
from services.subsidies.schemas.cases import PackCase
from services.subsidies.store.policies import POLICIES, PackRefused, read_cases, read_policies

Case = tuple[str, Claim, Expectation]
_STEPS = {"yuan": Decimal("0.01"), "ratio": Decimal("0.000001")}


def prove_packs(folder: Path) -> tuple[Policy, ...]:
    """The packs of a folder, ready for use; raises PackRefused with every fault."""
    policies = read_policies(folder)
    faults = [fault for policy in policies for fault in _check_cases(folder, policy, policies)]
    if faults:
        raise PackRefused(faults)
    return policies


def check_packs(folder: Path = POLICIES) -> list[PackFault]:
    """Every fault of every pack of a folder: form, dates, quotations, cases, branches, numbers."""
    try:
        prove_packs(folder)
    except PackRefused as refused:
        return refused.faults
    return []


def _check_cases(folder: Path, policy: Policy, shelf: Sequence[Policy]) -> list[PackFault]:
    """Each case holds, each branch and each number is told by one."""
    try:
        entries = read_cases(folder / policy.id)
    except Exception as error:  # noqa: BLE001 whatever is wrong with the file is its fault
        return [_fault(policy, "cases", f"cannot be read: {error!r}")]
    faults: list[PackFault] = []
    cases: list[Case] = []
    for entry in entries:
        try:
            case = PackCase.model_validate(entry)
            cases.append((case.id, claim_of(case.request), case.expected.as_rule()))
        except ValidationError as error:
            faults.append(_fault(policy, str(entry.get("id")), str(error)))
    faults += [_fault(policy, name, "the case stands twice") for name in _repeated(cases)]
    calculations = [_calculate(claim, shelf) for _name, claim, _expected in cases]
    for (name, _claim, expected), calculation in zip(cases, calculations, strict=True):
        faults += [_fault(policy, name, said) for said in find_breaches(expected, calculation)]
    faults += [
        _fault(policy, name, "no case reaches this branch")
        for name in find_untold(policy, calculations)
    ]
    return faults or list(_check_numbers(policy, cases))


def _repeated(cases: Sequence[Case]) -> set[str]:
    names = [name for name, _claim, _expected in cases]
    return {name for name in names if names.count(name) > 1}


def _check_numbers(policy: Policy, cases: Sequence[Case]) -> Iterator[PackFault]:
    """Change each number by the smallest step: a case must notice."""
    for number in policy.parameters:
        if not any(_notices(policy, number, step, cases) for step in (1, -1)):
            said = f"no case notices another number from {number.from_day} on"
            yield _fault(policy, number.code, said)


def _notices(policy: Policy, number: Parameter, direction: int, cases: Sequence[Case]) -> bool:
    value = number.value + direction * _STEPS[number.unit]
    other = apply_change(policy, Change({number.code: value}), number.from_day)
    return any(
        find_breaches(expected, calculate(claim, other))
        for _name, claim, expected in cases
        if other.in_force(claim.on)
    )


def _calculate(claim: Claim, shelf: Sequence[Policy]) -> Calculation:
    policy = next((policy for policy in shelf if policy.in_force(claim.on)), None)
    return refer_all(claim) if policy is None else calculate(claim, policy)


def _fault(policy: Policy, entry: str, breach: str) -> PackFault:
    return PackFault(policy.id, entry, Text(f"案例、分支或数字有误：{breach}", breach))
