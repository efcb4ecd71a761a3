"""The six rules by columns over rows, in a process of its own. Prints one line of JSON.

    python -m tests.bench.subsidies_rows <rows> <rounds>

Seconds are those of the processor, because a bench shares its machine.
The rows are those of subsidies_openfisca.py: the same facts and
shares, here to the fen.
"""

import gc
import json
import resource
import statistics
import sys
import time
from datetime import date

import numpy as np

from services.subsidies.rules.column_calculation import calculate_columns, total_of
from services.subsidies.rules.column_policy import prepare_policy
from services.subsidies.rules.columns import (
    ABSENT,
    FALSE,
    KINDS,
    MICRO,
    AwardWords,
    CityPayments,
    FacilityKind,
    Registrar,
    empty_columns,
    weigh_marked,
)
from services.subsidies.rules.policies import Policy
from services.subsidies.rules.simulation import CHUNK, Simulation
from services.subsidies.usecases.shelf import open_shelf

ON = date(2024, 6, 30)
FLAGS = (
    "in_district",
    "above_scale",
    "platform_new",
    "recognised",
    "already_paid",
    "have_investment",
    "have_site",
    "have_staff",
    "have_equipment",
    "have_rules",
    "have_results",
    "new_municipal_lab",
    "contract_registered",
    "city_paid",
    "grade_excellent",
)
AWARDS = [
    AwardWords(scheme, level, None)
    for scheme, level in (
        ("national_st_progress", "first"),
        ("national_st_progress", "second"),
        ("shandong_st_progress", "first"),
        ("shandong_st_progress", "second"),
        ("shandong_st_progress", "third"),
    )
]


def draw(rows):
    """The raw facts, as arrays."""
    random = np.random.default_rng(7)
    data = {flag: random.random(rows, np.float32) < 0.7 for flag in FLAGS}
    data["already_paid"] = random.random(rows, np.float32) < 0.1
    data["contract_city_subsidy"] = random.integers(0, 1_000_000, rows, np.int32)
    data["facility_city_subsidy"] = random.integers(0, 3_000_000, rows, np.int32)
    data["match_ratio"] = random.random(rows, np.float32)
    data["award"] = random.integers(0, 6, rows, np.uint8)
    return data


def build(data):
    """The facts as columns."""
    rows, day = len(data["award"]), ON.toordinal() - 60
    columns = empty_columns(rows)

    def weigh(name):
        return weigh_marked(~data[name], FALSE)

    def some_day(name):
        return data[name].astype(np.int32) * np.int32(day)

    ratio = (data["match_ratio"] * MICRO).astype(np.int32)
    columns.kind = np.full(rows, KINDS.index("enterprise"), np.uint8)
    columns.in_district = weigh("in_district")
    columns.is_industrial = np.zeros(rows, np.uint8)
    columns.above_scale = weigh("above_scale")
    columns.award = data["award"].astype(np.uint8)
    columns.award_words.extend(AWARDS)
    columns.awarded_on = np.full(rows, day, np.int32)
    columns.platform_new = weigh("platform_new")
    for place, name in enumerate(name for name in FLAGS if name.startswith("have_")):
        columns.haves[place] = weigh(name)
    columns.platform_recognised_on = some_day("recognised")
    columns.platform_refused = weigh_marked(data["already_paid"], FALSE)
    columns.lab_level = weigh_marked(~data["new_municipal_lab"], ABSENT)
    columns.lab_new = np.zeros(rows, np.uint8)
    columns.lab_accredited_on = np.full(rows, day, np.int32)
    columns.contract_type = np.zeros(rows, np.uint8)
    columns.registrar = weigh_marked(~data["contract_registered"], Registrar.OTHER)
    columns.registered_on = np.full(rows, day, np.int32)
    paid_on = some_day("city_paid")
    contract, facility = (
        data[name].astype(np.int64) * 100
        for name in ("contract_city_subsidy", "facility_city_subsidy")
    )
    columns.contract_payments = CityPayments(contract, contract, paid_on, ratio)
    columns.facility_kind = np.full(rows, FacilityKind.POC, np.uint8)
    columns.facility_in_district = columns.in_district
    columns.assessor = np.zeros(rows, np.uint8)
    columns.grade = weigh("grade_excellent")
    columns.facility_payments = CityPayments(facility, facility, paid_on, ratio)
    return columns


def calculate(data, policy: Policy) -> tuple[float, float, int]:
    """Outcome and amount of every row under every rule, block by block as a stream comes in.

    The seconds for building the columns, for the calculation, and the sum in fen.
    """
    rows, building, calculating, due = len(data["award"]), 0.0, 0.0, 0
    for begin in range(0, rows, CHUNK):
        began = time.process_time()
        columns = build({name: column[begin : begin + CHUNK] for name, column in data.items()})
        built = time.process_time()
        prepared = prepare_policy(policy, ON, columns.award_words)
        due += int(total_of(calculate_columns(columns, prepared)).sum())
        calculating += time.process_time() - built
        building += built - began
    return building, calculating, due


def simulate(data, policy: Policy) -> Simulation:
    """Both sides of a comparison, with winners and losers, by rule and by kind."""
    simulation = Simulation(ON, (policy, policy))
    for begin in range(0, len(data["award"]), CHUNK):
        part = {name: column[begin : begin + CHUNK] for name, column in data.items()}
        simulation.add_columns(build(part))
    return simulation


def main(rows: int, rounds: int) -> None:
    policy = open_shelf().get_policy("lixia-transformation")
    data = draw(rows)
    gc.collect()
    runs = [calculate(data, policy) for _ in range(rounds)]
    began = time.process_time()
    simulation = simulate(data, policy)
    figures = {
        "build_s": statistics.median(run[0] for run in runs),
        "calculate_s": statistics.median(run[1] for run in runs),
        "simulate_s": time.process_time() - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "due_fen": runs[0][2],
    }
    assert simulation.tallies[0].total == figures["due_fen"]
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
