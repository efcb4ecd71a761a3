"""Does the platform's engine serve a trained card as the training library scored it?

    make bench-scorecards CREDIT_DATA=/path/to/data      # german/ and polish/ of UCI, CC BY 4.0

Cards are trained offline on stratified folds (`train_scorecards.py`, in an environment of its own
with optbinning), exported as bins and points, and read here like any pack. Every row that a fold
has not seen is scored by the engine; AUC and KS are those of its points, out of fold.
"""

import json
import sys
from pathlib import Path

from liurong.scorecards import read_rows, score_rows
from services.credit.rules.backtests import Outcome, measure_auc, measure_ks
from services.credit.store.scorecards import read_pack

EXPECTED = {"german": 0.79, "polish-5year": 0.92}
TOLERANCE, CLOSE = 0.02, 1e-6


def main(folder: Path) -> int:
    """Print a line per data set; 1 if a row or an AUC is off."""
    failed = False
    for name, expected in EXPECTED.items():
        outcomes: list[Outcome] = []
        library: list[Outcome] = []
        furthest = 0.0
        for file in sorted(folder.glob(f"{name}-?.yaml")):
            told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
            rows = score_rows(read_pack(file), read_rows(file.with_suffix(".csv"), "bad"))
            served = [Outcome(points, row.label == "1") for row, points in rows]
            assert len(served) == len(told["score"]), file
            furthest = max(
                [furthest, *(abs(a.points - b) for a, b in zip(served, told["score"], strict=True))]
            )
            outcomes += served
            library += [
                Outcome(points, bool(bad))
                for points, bad in zip(told["score"], told["bad"], strict=True)
            ]
        auc, ks = measure_auc(outcomes), measure_ks(outcomes)
        print(
            f"{name}: {len(outcomes)} rows, {sum(each.bad for each in outcomes)} bad;"
            f" furthest from the training library {furthest:.2e} points;"
            f" out-of-fold AUC {auc:.4f} (library {measure_auc(library):.4f},"
            f" expected {expected} ± {TOLERANCE}), KS {ks:.4f}"
        )
        failed |= furthest > CLOSE or abs(auc - expected) > TOLERANCE
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
