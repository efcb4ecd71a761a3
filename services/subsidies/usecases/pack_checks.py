"""`liurong policy check`: the packs keep their laws, and their cases prove every branch."""

from pathlib import Path

from pydantic import ValidationError

from kit.text import Text
from services.subsidies.rules.calculation import Calculation, calculate, refer_all
from services.subsidies.rules.cases import find_breaches, find_untold
from services.subsidies.rules.pack_checks import PackFault
from services.subsidies.rules.policies import Policy
from services.subsidies.schemas.calculations import claim_of
from services.subsidies.schemas.cases import PackCase
from services.subsidies.store.policies import POLICIES, PackRefused, read_cases, read_policies


def check_packs(folder: Path = POLICIES) -> list[PackFault]:
    """Every fault of every pack of a folder: form, dates, quotations, cases, branches."""
    try:
        policies = read_policies(folder)
    except PackRefused as refused:
        return refused.faults
    return [fault for policy in policies for fault in _check_cases(folder, policy, policies)]


def _check_cases(folder: Path, policy: Policy, shelf: tuple[Policy, ...]) -> list[PackFault]:
    faults: list[PackFault] = []
    calculations: list[Calculation] = []
    try:
        entries = read_cases(folder / policy.id)
    except Exception as error:  # noqa: BLE001 whatever is wrong with the file is its fault
        return [_fault(policy, "cases", f"cannot be read: {error!r}")]
    for entry in entries:
        name = str(entry.get("id"))
        try:
            case = PackCase.model_validate(entry)
        except ValidationError as error:
            faults.append(_fault(policy, name, str(error)))
            continue
        calculation = _calculate(case, shelf)
        calculations.append(calculation)
        breaches = find_breaches(case.expected.as_rule(), calculation)
        faults += [_fault(policy, name, breach) for breach in breaches]
    untold = find_untold(policy, calculations)
    return faults + [_fault(policy, name, "no case reaches this branch") for name in untold]


def _calculate(case: PackCase, shelf: tuple[Policy, ...]) -> Calculation:
    claim = claim_of(case.request)
    policy = next((policy for policy in shelf if policy.in_force(claim.on)), None)
    return refer_all(claim) if policy is None else calculate(claim, policy)


def _fault(policy: Policy, entry: str, breach: str) -> PackFault:
    return PackFault(policy.id, entry, Text(f"案例或分支有误：{breach}", breach))
