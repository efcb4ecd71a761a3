"""OpenFisca with the six rules over rows, run by its own Python. Prints one line of JSON.

    <peer>/venv/bin/python tests/bench/subsidies_openfisca.py <rows> <rounds>

The same recipe as the peer's own run_vector.py: one person per row, all facts of `total_subsidy`.
Seconds are those of the processor, because a bench shares its machine.
"""

import gc
import json
import resource
import statistics
import sys
import time

import numpy as np
import openfisca_lixia
from openfisca_core.simulation_builder import SimulationBuilder

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
MONTH = "2024-06"


def main(rows: int, rounds: int) -> None:
    system = openfisca_lixia.CountryTaxBenefitSystem()
    random = np.random.default_rng(7)
    data = {flag: random.random(rows) < 0.7 for flag in FLAGS}
    data["already_paid"] = random.random(rows) < 0.1
    data["contract_city_subsidy"] = random.integers(0, 1_000_000, rows).astype(np.float32)
    data["facility_city_subsidy"] = random.integers(0, 3_000_000, rows).astype(np.float32)
    data["match_ratio"] = random.random(rows).astype(np.float32)
    values = system.get_variable("award").possible_values
    names = np.array([value.name for value in values])[random.integers(0, 6, rows)]
    data["award"] = values.encode(names)
    builds, calculations = [], []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        builder = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("applicant", np.arange(rows))
        simulation = builder.build(system)
        for name, column in data.items():
            simulation.set_input(name, MONTH, column)
        built = time.process_time()
        simulation.calculate("total_subsidy", MONTH)
        builds.append(built - began)
        calculations.append(time.process_time() - built)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {
        "build_s": statistics.median(builds),
        "calculate_s": statistics.median(calculations),
        "peak_mb": peak,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
