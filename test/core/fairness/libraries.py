"""Values of the real Fairlearn and Aequitas. Reads a JSON list of cases on stdin, writes a JSON list of what each says; NaN is null.

A case: {"labels", "predicted", "scores", "weights" or null, "groups", "regions", "reference"}.
"""

import json
import logging
import math
import sys
import warnings

import fairlearn.metrics as fm
import numpy as np
import pandas as pd
import sklearn.metrics as sk

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

FAIRNESS = [
    f"{name}_{kind}"
    for name in ("demographic_parity", "equalized_odds", "equal_opportunity")
    for kind in ("difference", "ratio")
]
RATES = {
    "demographic_parity": fm.selection_rate,
    "equal_opportunity": fm.true_positive_rate,
}
METRICS = {
    "roc_auc": (sk.roc_auc_score, "scores"),
    "average_precision": (sk.average_precision_score, "scores"),
    "brier_score": (sk.brier_score_loss, "scores"),
    "accuracy": (sk.accuracy_score, "predicted"),
    "root_mean_squared_error": (sk.root_mean_squared_error, "scores"),
    "mean_absolute_error": (sk.mean_absolute_error, "scores"),
}
AEQUITAS = ["tpr", "tnr", "for", "fdr", "fpr", "fnr", "npv", "precision", "ppr", "pprev"]


def attempt(value):
    try:
        number = float(value())
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return number if math.isfinite(number) else None


def fairlearn(case):
    arguments = {"sensitive_features": case["groups"], "sample_weight": case["weights"]}
    values = {}
    for name in FAIRNESS:
        for method in ("between_groups", "to_overall"):
            aggregates = ("worst_case", "mean") if name.startswith("equalized_odds") else (None,)
            for agg in aggregates:
                options = {**arguments, "method": method, **({"agg": agg} if agg else {})}
                key = f"{name} {method} {agg}"
                values[key] = attempt(lambda: getattr(fm, name)(case["labels"], case["predicted"], **options))
    return values


def controlled(case):
    values = {}
    weights = case["weights"]
    for name, metric in RATES.items():
        frame = fm.MetricFrame(
            metrics=metric,
            y_true=case["labels"],
            y_pred=case["predicted"],
            sensitive_features=case["groups"],
            control_features=case["regions"],
            sample_params={"sample_weight": weights} if weights else None,
        )
        for method in ("between_groups", "to_overall"):
            values[f"{name}_difference {method}"] = attempt(lambda: frame.difference(method=method).max())
            values[f"{name}_ratio {method}"] = attempt(lambda: frame.ratio(method=method).min())
    return values


def by_group(case):
    values = {}
    groups = np.array(case["groups"])
    for name, (metric, column) in METRICS.items():
        for group in sorted(set(case["groups"])):
            rows = groups == group
            weights = np.array(case["weights"])[rows] if case["weights"] else None
            labels, predicted = np.array(case["labels"])[rows], np.array(case[column])[rows]
            values[f"{name} {group}"] = attempt(lambda: metric(labels, predicted, sample_weight=weights))
    return values


def aequitas(case):
    from aequitas.bias import Bias
    from aequitas.group import Group

    frame = pd.DataFrame({"score": case["predicted"], "label_value": case["labels"], "g": case["groups"]})
    crosstab, _ = Group().get_crosstabs(frame, attr_cols=["g"])
    values = {}
    for row in crosstab.to_dict("records"):
        for name in AEQUITAS:
            values[f"{name} {row['attribute_value']}"] = attempt(lambda: row[name])
    bias = Bias()
    tables = {
        "majority": lambda: bias.get_disparity_major_group(crosstab, frame),
        "min-metric": lambda: bias.get_disparity_min_metric(crosstab, frame),
        "named": lambda: bias.get_disparity_predefined_groups(crosstab, frame, {"g": case["reference"]}),
    }
    for reference, table in tables.items():
        for row in table().to_dict("records"):
            for name in AEQUITAS:
                values[f"{name} {reference} {row['attribute_value']}"] = attempt(lambda: row[f"{name}_disparity"])
    return values


def answer(case):
    return {
        "fairlearn": fairlearn(case),
        "controlled": controlled(case),
        "by_group": by_group(case),
        "aequitas": None if case["weights"] else aequitas(case),
    }


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
