"""Trains the flights model. Mergeway runs it in a clean checkout and gives it, in the environment:

    MERGEWAY_DATA    JSON, the files behind the data locks: {"data/train.lock": "/…/train.parquet"}
    MERGEWAY_PARAMS  JSON, `train.params` of model.yaml
    MERGEWAY_OUT     the folder to write `model.onnx` and `metrics.json` to

The same data, parameters and versions give the same bytes.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onnx import ModelProto
from onnx.helper import set_model_props
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import clone
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from estimators import ESTIMATORS, Params
from rows import NUMBERS, TEXT, Rows, read_rows

VALIDATION_STARTS = 0.85


def main() -> None:
    data = json.loads(os.environ["MERGEWAY_DATA"])
    params = json.loads(os.environ["MERGEWAY_PARAMS"])
    out = Path(os.environ["MERGEWAY_OUT"])

    rows = read_rows(data["data/train.lock"])
    print(f"read {len(rows.late)} flights, {rows.late.mean():.1%} of them late", flush=True)

    estimator = ESTIMATORS[params["estimator"]](params)
    with threadpool_limits(limits=1):  # several threads add up in an order of their own: other last digits, other bytes
        with ThreadPoolExecutor(max_workers=1) as beside:  # both fits at one time, each on a core of its own
            validation = beside.submit(validate, clone(estimator), rows)
            estimator.fit(rows.inputs, rows.late)
            metrics = validation.result()
    print(f"validated {params['estimator']}: {metrics}", flush=True)

    model = as_onnx(estimator, params).SerializeToString(deterministic=True)
    (out / "model.onnx").write_bytes(model)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    print(f"wrote model.onnx, {len(model)} bytes", flush=True)


def validate(estimator: Pipeline, rows: Rows) -> dict[str, float]:
    """Fits on the earlier rows and measures on the last 15 %, as the model will be used: on days it has not seen."""
    earlier, later = rows.between(0, VALIDATION_STARTS), rows.between(VALIDATION_STARTS, 1)
    estimator.fit(earlier.inputs, earlier.late)
    probability = estimator.predict_proba(later.inputs)[:, 1]
    return {
        "roc_auc": round(roc_auc_score(later.late, probability), 6),
        "average_precision": round(average_precision_score(later.late, probability), 6),
        "log_loss": round(log_loss(later.late, probability), 6),
        "validation_rows": len(later.late),
    }


def as_onnx(estimator: Pipeline, params: Params) -> ModelProto:
    """One input per column, named like it. Outputs: `label`, and `probabilities` as a plain [rows, 2] tensor."""
    text = [(name, StringTensorType([None, 1])) for name in TEXT]
    numbers = [(name, FloatTensorType([None, 1])) for name in NUMBERS]
    model = to_onnx(estimator, initial_types=text + numbers, options={"zipmap": False}, name="flights")
    set_model_props(model, {"params": json.dumps(params, sort_keys=True)})
    model.opset_import.sort(key=lambda opset: opset.domain)  # like the graph's name, random unless fixed
    return model


if __name__ == "__main__":
    main()
