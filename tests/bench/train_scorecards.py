"""Train scorecards offline and export them as bins and points; runs in an environment of its own.

WOE bins (optbinning) and logistic regression (scikit-learn), on stratified folds. Per fold: a card
as a YAML pack, and the rows it has not seen with the score that the training library gives them.
`scorecards.py` lets the platform's engine score the same rows with the packs.

    train_scorecards.py DATA_FOLDER OUT_FOLDER
"""

import json
import lzma
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from optbinning import BinningProcess
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

FOLDS, SEED = 5, 7
OFFSET, FACTOR = 600.0, 50.0 / np.log(2.0)  # 50 points double the odds of a good end


def read_german(folder: Path) -> tuple[pd.DataFrame, np.ndarray]:
    frame = pd.read_csv(folder / "german" / "germancredit.csv")
    label = frame.pop("creditability").astype(str).str.strip()
    bad = (label == "bad").to_numpy().astype(int)
    frame.columns = [f"x{place:02d}" for place in range(len(frame.columns))]
    return frame, bad


def read_polish(folder: Path) -> tuple[pd.DataFrame, np.ndarray]:
    with lzma.open(folder / "polish" / "5year.arff.xz", "rt", encoding="utf-8") as file:
        rows = [line.strip().split(",") for line in file if line[:1] in "0123456789-?"]
    frame = pd.DataFrame(rows).replace("?", None).astype(float)
    bad = frame.pop(frame.columns[-1]).to_numpy().astype(int)
    frame.columns = [f"x{place:02d}" for place in range(len(frame.columns))]
    return frame, bad


def fit(frame: pd.DataFrame, bad: np.ndarray) -> tuple[BinningProcess, LogisticRegression]:
    words = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    process = BinningProcess(list(frame.columns), categorical_variables=words)
    process.fit(frame, bad)
    model = LogisticRegression(max_iter=2000)
    model.fit(weigh(process, frame), bad)
    return process, model


def weigh(process: BinningProcess, frame: pd.DataFrame) -> pd.DataFrame:
    """Missing values have the weight that was observed: the library's default would be 0."""
    return process.transform(frame, metric="woe", metric_missing="empirical")


def score(process: BinningProcess, model: LogisticRegression, frame: pd.DataFrame) -> np.ndarray:
    return OFFSET - FACTOR * model.decision_function(weigh(process, frame))


def export(name: str, process: BinningProcess, model: LogisticRegression) -> dict:
    chosen = [str(code) for code in process.get_support(names=True)]
    share = (OFFSET - FACTOR * float(model.intercept_[0])) / len(chosen)
    indicators = [
        describe(process.get_binned_variable(code), code, float(weight), share)
        for code, weight in zip(chosen, model.coef_[0], strict=True)
    ]
    both = {"zh": "离线训练的测试卡", "en": "a card trained offline, for tests of the engine"}
    return {
        "id": name,
        "version": "1",
        "valid_from": pd.Timestamp("2026-01-01").date(),
        **both,
        "kind": "fitted_points",
        "verified": False,
        "clause": "-",
        "source": "offline",
        "result_valid_days": 90,
        "weak_below": "0",
        "scaling": {"offset": text(OFFSET), "factor": text(FACTOR)},
        "inputs": [
            {"code": each["code"], "value": "code" if each.pop("words") else "ratio", **both}
            for each in indicators
        ],
        "grades": [{"code": "all", "at_least": "-1000000", **both}],
        "model_card": {**both, "owner": "bench", "approvals": []},
        "dimensions": [{"code": "all", **both, "indicators": indicators}],
    }


def describe(binned, code: str, weight: float, share: float) -> dict:
    """Bins of one column, each with the weight that the library itself gives to a value in it."""
    words = binned.dtype == "categorical"

    def points(value: object) -> str:
        probe = np.array([value], dtype=object if words else float)
        woe = binned.transform(probe, metric="woe", metric_missing="empirical")
        return text(share - FACTOR * weight * float(woe[0]))

    if words:
        bins = [
            {"is": [str(word) for word in group], "points": points(group[0])}
            for group in binned.splits
        ]
        bins.append({"points": points("never seen")})
    else:
        edges = [None, *(float(split) for split in binned.splits), None]
        bins = [
            {
                **({} if low is None else {"from": repr(low)}),
                **({} if high is None else {"below": repr(high)}),
                "points": points(inside(low, high)),
            }
            for low, high in pairwise(edges)
        ]
    said = {"zh": code, "en": code}
    return {
        "code": code, **said, "words": words,
        "ways": [{"measure": {"how": "latest", "of": code}, "bins": bins}],
        "missing": {"points": points(None if words else np.nan)}, "lost": said, "raise": said,
    }  # fmt: skip


def inside(low: float | None, high: float | None) -> float:
    if low is None:
        return 0.0 if high is None else high - 1
    return low if high is None else (low + high) / 2


def text(number: float) -> str:
    return format(number, ".12f")


def main(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, read in (("german", read_german), ("polish-5year", read_polish)):
        frame, bad = read(folder)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(frame, bad)
        for fold, (seen, unseen) in enumerate(folds):
            process, model = fit(frame.iloc[seen], bad[seen])
            pack = export(f"{name}-{fold}", process, model)
            target = out / f"{name}-{fold}"
            target.with_suffix(".yaml").write_text(yaml.safe_dump(pack, allow_unicode=True))
            rows = frame.iloc[unseen]
            told = {"bad": bad[unseen].tolist(), "score": score(process, model, rows).tolist()}
            target.with_suffix(".json").write_text(json.dumps(told))
            rows.assign(bad=bad[unseen]).to_csv(target.with_suffix(".csv"), index=False)
            print(name, fold, "trained on", len(seen), "rows", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
