"""Trains the visits model. Mergeway runs it in a clean checkout and gives it, in the environment:

    MERGEWAY_DATA    JSON, the files behind the data locks: {"data/visits.lock": "/…/visits.parquet"}
    MERGEWAY_PARAMS  JSON, `train.params` of model.yaml
    MERGEWAY_OUT     the folder to write `model.onnx` and `metrics.json` to

The same data, parameters and versions give the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from onnx import ModelProto
from onnx.helper import set_model_props
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GroupShuffleSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

TEXT = ["health"]
NUMBERS = ["lncoins", "idp", "lpi", "fmde", "physlm", "disea"]
INPUTS = TEXT + NUMBERS

Params = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """`inputs` holds one column per name in INPUTS; `returns` is 1 or 0; rows of one `profile` have the same inputs."""

    inputs: np.ndarray
    returns: np.ndarray
    profile: np.ndarray

    def take(self, places: np.ndarray) -> Rows:
        return Rows(self.inputs[places], self.returns[places], self.profile[places])


def main() -> None:
    data = json.loads(os.environ["MERGEWAY_DATA"])
    params = json.loads(os.environ["MERGEWAY_PARAMS"])
    out = Path(os.environ["MERGEWAY_OUT"])

    rows = read_rows(data["data/visits.lock"])
    print(f"read {len(rows.returns)} years, in {rows.returns.mean():.1%} the doctor was seen twice", flush=True)

    estimator = ESTIMATORS[params["estimator"]](params)
    with threadpool_limits(limits=1):  # several threads add up in an order of their own: other last digits, other bytes
        metrics = validate(clone(estimator), rows, params)
        print(f"validated {params['estimator']}: {metrics}", flush=True)
        estimator.fit(rows.inputs, rows.returns)

    model = as_onnx(estimator, params).SerializeToString(deterministic=True)
    (out / "model.onnx").write_bytes(model)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    print(f"wrote model.onnx, {len(model)} bytes", flush=True)


def linear(params: Params) -> Pipeline:
    columns = ColumnTransformer(
        [("named", OneHotEncoder(), positions(TEXT)), ("measured", StandardScaler(), positions(NUMBERS))]
    )
    return Pipeline([("columns", columns), ("model", LogisticRegression(max_iter=300, random_state=params["seed"]))])


def trees(params: Params) -> Pipeline:
    """Gradient-boosted trees. A leaf needs many people, since few rows of one profile say little of others."""
    encode = OneHotEncoder(sparse_output=False)
    columns = ColumnTransformer(
        [("named", encode, positions(TEXT)), ("measured", "passthrough", positions(NUMBERS))]
    )
    model = HistGradientBoostingClassifier(
        max_iter=params["iterations"],
        max_leaf_nodes=params["leaves"],
        learning_rate=params["learning_rate"],
        min_samples_leaf=80,
        early_stopping=False,
        random_state=params["seed"],
    )
    return Pipeline([("columns", columns), ("model", model)])


ESTIMATORS: dict[str, Callable[[Params], Pipeline]] = {"linear": linear, "trees": trees}


def positions(names: list[str]) -> list[int]:
    return [INPUTS.index(name) for name in names]


def read_rows(parquet: str) -> Rows:
    """Reads the table. Numbers are rounded to float32, since that is what the ONNX model computes with."""
    columns = duckdb.execute(
        f"""
        SELECT {", ".join(INPUTS)}, "returns", profile
        FROM read_parquet($table)
        ORDER BY person_year
        """,
        {"table": parquet},
    ).fetchnumpy()

    inputs = [columns[name].astype(object) for name in TEXT]
    inputs += [columns[name].astype(np.float32).astype(object) for name in NUMBERS]
    return Rows(np.column_stack(inputs), columns["returns"].astype(np.int64), columns["profile"])


def validate(estimator: Pipeline, rows: Rows, params: Params) -> dict[str, float]:
    """Fits on most profiles and measures on the others: people whom it has not seen."""
    split = GroupShuffleSplit(n_splits=1, test_size=0.15, random_state=params["seed"])
    seen, unseen = (rows.take(places) for places in next(split.split(rows.inputs, groups=rows.profile)))
    estimator.fit(seen.inputs, seen.returns)
    probability = estimator.predict_proba(unseen.inputs)[:, 1]
    return {
        "roc_auc": round(roc_auc_score(unseen.returns, probability), 6),
        "log_loss": round(log_loss(unseen.returns, probability), 6),
        "validation_rows": len(unseen.returns),
    }


def as_onnx(estimator: Pipeline, params: Params) -> ModelProto:
    """One input per column, named like it. Outputs: `label`, and `probabilities` as a plain [rows, 2] tensor."""
    text = [(name, StringTensorType([None, 1])) for name in TEXT]
    numbers = [(name, FloatTensorType([None, 1])) for name in NUMBERS]
    model = to_onnx(estimator, initial_types=text + numbers, options={"zipmap": False}, name="visits")
    set_model_props(model, {"params": json.dumps(params, sort_keys=True)})
    model.opset_import.sort(key=lambda opset: opset.domain)  # like the graph's name, random unless fixed
    return model


if __name__ == "__main__":
    main()
