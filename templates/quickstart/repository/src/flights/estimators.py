"""The models that `train.params.estimator` can name. Add a function, add a line to ESTIMATORS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import VarianceThreshold
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from rows import INPUTS, NUMBERS, TEXT

Params = dict[str, Any]


def linear(params: Params) -> Pipeline:
    """Logistic regression. A surcharge per carrier or origin would underrate the small carriers, so it gets neither."""
    named = ["dest", "hour", "weekday"]
    measured = [name for name in NUMBERS if name not in named]
    columns = ColumnTransformer(
        [
            ("named", OneHotEncoder(handle_unknown="ignore"), positions(named)),
            ("measured", StandardScaler(), positions(measured)),
        ]
    )
    return Pipeline([("columns", columns), ("model", LogisticRegression(max_iter=300, random_state=params["seed"]))])


def trees(params: Params) -> Pipeline:
    """Gradient-boosted trees, kept small: one prediction takes well under a millisecond."""
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    often = VarianceThreshold(0.005)  # a name on fewer flights than a leaf needs can't be asked for
    columns = ColumnTransformer(
        [
            ("named", Pipeline([("encode", encode), ("often", often)]), positions(TEXT)),
            ("measured", "passthrough", positions(NUMBERS)),
        ]
    )
    model = HistGradientBoostingClassifier(
        max_iter=params["iterations"],
        max_leaf_nodes=params["leaves"],
        learning_rate=params["learning_rate"],
        min_samples_leaf=600,
        max_bins=64,
        early_stopping=False,
        random_state=params["seed"],
    )
    return Pipeline([("columns", columns), ("model", model)])


ESTIMATORS: dict[str, Callable[[Params], Pipeline]] = {"linear": linear, "trees": trees}


def positions(names: list[str]) -> list[int]:
    return [INPUTS.index(name) for name in names]
