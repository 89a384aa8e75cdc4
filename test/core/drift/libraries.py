"""Scores of the real libraries. Reads a JSON list of cases on stdin, writes a JSON list: a number, or the error as text.

A case: {"library", "method", "kind": "num" or "cat", "reference": [...], "current": [...]}.
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.stats

warnings.filterwarnings("ignore")


def evidently(case, reference, current):
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    kind = ColumnType.Numerical if case["kind"] == "num" else ColumnType.Categorical
    if case["method"] == "cramer_von_mises" and max(len(reference), len(current)) <= 20:
        # Evidently counts in float16 or float32 here.
        return float(scipy.stats.cramervonmises_2samp(reference, current, method="exact").pvalue)
    if case["method"] == "choice":
        return get_stattest(reference, current, kind, None).name
    return float(get_stattest(reference, current, kind, case["method"])(reference, current, kind, None).drift_score)


def nannyml(case, reference, current):
    from nannyml.chunk import DefaultChunker
    from nannyml.drift.univariate.methods import FeatureType, MethodFactory
    from nannyml.thresholds import ConstantThreshold

    kind = FeatureType.CONTINUOUS if case["kind"] == "num" else FeatureType.CATEGORICAL
    method = MethodFactory.create(
        key=case["method"], feature_type=kind, chunker=DefaultChunker(), threshold=ConstantThreshold(upper=0.1),
        computation_params={},
    )
    method._fit(reference)
    if case["method"] == "chi2":
        return float(method._calc_chi2(current)[1])
    return float(method._calculate(current))


def score(case):
    kind = "float64" if case["kind"] == "num" else None
    if case.get("whole"):
        kind = "int64"
    reference = pd.Series(case["reference"], dtype=kind)
    current = pd.Series(case["current"], dtype=kind)
    try:
        return {"evidently": evidently, "nannyml": nannyml}[case["library"]](case, reference, current)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def outlier():
    """The two sides of the outlier vector: normal(0, 1) and normal(1, 1) of default_rng(7), and one row a million away."""
    rng = np.random.default_rng(7)
    reference = rng.normal(0, 1, 100_000)
    return {"reference": reference.tolist(), "current": [*rng.normal(1, 1, 100_000).tolist(), 1e6]}


if sys.argv[1:] == ["outlier"]:
    json.dump(outlier(), sys.stdout)
else:
    json.dump([score(case) for case in json.load(sys.stdin)], sys.stdout)
