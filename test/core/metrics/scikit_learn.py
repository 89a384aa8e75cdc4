"""Metrics by the real scikit-learn. Reads a JSON list of cases on stdin, writes a JSON list of {metric: number, "nan" or error as text}.

A case: {"task", "labels", "scores", "weights" or null, "threshold", "classes", "predicted", "lists"}. Rows of weight 0 are no rows.
Metrics that take no weights get rows as often as their weight, where weights are whole numbers.
"""

import json
import sys
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.preprocessing import label_binarize

warnings.filterwarnings("ignore")


def binary(y, s, w, case):
    p = (s >= case["threshold"]).astype(int)
    ratios = dict(labels=[0, 1], sample_weight=w)
    return {
        "roc_auc": lambda: m.roc_auc_score(y, s, sample_weight=w),
        "average_precision": lambda: m.average_precision_score(y, s, sample_weight=w),
        "accuracy": lambda: m.accuracy_score(y, p, sample_weight=w),
        "balanced_accuracy": lambda: m.balanced_accuracy_score(y, p, sample_weight=w),
        "precision": lambda: m.precision_score(y, p, sample_weight=w),
        "recall": lambda: m.recall_score(y, p, sample_weight=w),
        "f1": lambda: m.f1_score(y, p, sample_weight=w),
        "jaccard": lambda: m.jaccard_score(y, p, sample_weight=w),
        "matthews_corrcoef": lambda: m.matthews_corrcoef(y, p, sample_weight=w),
        "cohen_kappa_score": lambda: m.cohen_kappa_score(y, p, sample_weight=w),
        "positive_likelihood_ratio": lambda: m.class_likelihood_ratios(y, p, **ratios)[0],
        "negative_likelihood_ratio": lambda: m.class_likelihood_ratios(y, p, **ratios)[1],
        "log_loss": lambda: m.log_loss(y, s, labels=[0, 1], sample_weight=w),
        "d2_log_loss_score": lambda: m.d2_log_loss_score(y, s, labels=[0, 1], sample_weight=w),
        "brier_score": lambda: m.brier_score_loss(y, s, pos_label=1, labels=[0, 1], sample_weight=w),
    }


def multiclass(y, s, w, case):
    n = case["classes"]
    labels = list(range(n))
    p = np.array(case["predicted"])
    named = {}
    for name, score in [("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score), ("jaccard", m.jaccard_score)]:
        named[name] = lambda f=score: f(y, p, average="macro", sample_weight=w)
        for average in ["macro", "micro", "weighted"]:
            named[f"{name}_{average}"] = lambda f=score, a=average: f(y, p, average=a, sample_weight=w)
    s = s.reshape(len(y), n)
    one = label_binarize(y, classes=labels)
    auc = lambda **how: m.roc_auc_score(y, s, labels=labels, **how)
    repeated = lambda **how: m.roc_auc_score(*repeat(w, y, s), labels=labels, **how)
    return {
        **named,
        "roc_auc": lambda: auc(multi_class="ovr", sample_weight=w),
        "roc_auc_ovr": lambda: auc(multi_class="ovr", sample_weight=w),
        "roc_auc_ovr_weighted": lambda: auc(multi_class="ovr", average="weighted", sample_weight=w),
        "roc_auc_ovo": lambda: repeated(multi_class="ovo"),
        "roc_auc_ovo_weighted": lambda: repeated(multi_class="ovo", average="weighted"),
        "average_precision": lambda: m.average_precision_score(one, s, average="macro", sample_weight=w),
        "accuracy": lambda: m.accuracy_score(y, p, sample_weight=w),
        "balanced_accuracy": lambda: m.balanced_accuracy_score(y, p, sample_weight=w),
        "matthews_corrcoef": lambda: m.matthews_corrcoef(y, p, sample_weight=w),
        "cohen_kappa_score": lambda: m.cohen_kappa_score(y, p, sample_weight=w),
        "top_k_accuracy": lambda: m.top_k_accuracy_score(y, s, k=2, labels=labels, sample_weight=w),
        "log_loss": lambda: m.log_loss(y, s, labels=labels, sample_weight=w),
        "d2_log_loss_score": lambda: m.d2_log_loss_score(y, s, labels=labels, sample_weight=w),
        "brier_score": lambda: m.brier_score_loss(y, s, labels=labels, sample_weight=w),
    }


def regression(y, s, w, case):
    return {
        "mean_absolute_error": lambda: m.mean_absolute_error(y, s, sample_weight=w),
        "mean_squared_error": lambda: m.mean_squared_error(y, s, sample_weight=w),
        "root_mean_squared_error": lambda: m.root_mean_squared_error(y, s, sample_weight=w),
        "median_absolute_error": lambda: m.median_absolute_error(y, s, sample_weight=w),
        "max_error": lambda: m.max_error(y, s),
        "mean_absolute_percentage_error": lambda: m.mean_absolute_percentage_error(y, s, sample_weight=w),
        "mean_squared_log_error": lambda: m.mean_squared_log_error(y, s, sample_weight=w),
        "root_mean_squared_log_error": lambda: m.root_mean_squared_log_error(y, s, sample_weight=w),
        "r2": lambda: m.r2_score(y, s, sample_weight=w),
        "explained_variance": lambda: m.explained_variance_score(y, s, sample_weight=w),
        "d2_absolute_error_score": lambda: m.d2_absolute_error_score(y, s, sample_weight=w),
        "mean_poisson_deviance": lambda: m.mean_poisson_deviance(y, s, sample_weight=w),
        "mean_gamma_deviance": lambda: m.mean_gamma_deviance(y, s, sample_weight=w),
    }


def ranking(y, s, w, case):
    """List by list, since scikit-learn takes lists of one length; those without a relevant row are left out, but for DCG."""
    codes = np.array(case["lists"])
    lists = [codes == code for code in sorted(set(codes))]

    def mean(score, every=False, relevance=lambda y: y):
        used = [rows for rows in lists if every or y[rows].max() > 0]
        values = [score([relevance(y[rows])], [s[rows]]) for rows in used]
        return np.average(values, weights=None if w is None else [w[rows][0] for rows in used])

    ndcg = lambda **how: mean(lambda a, b: m.ndcg_score(a, b, **how) if len(b[0]) > 1 else 1)
    return {
        "dcg": lambda: mean(lambda a, b: m.dcg_score(a, b) if len(b[0]) > 1 else a[0][0], every=True),
        "ndcg": lambda: ndcg(),
        "ndcg_at_10": lambda: ndcg(k=10),
        "label_ranking_average_precision": lambda: mean(
            m.label_ranking_average_precision_score, relevance=lambda y: (y > 0).astype(int)
        ),
    }


def repeat(weights, *columns):
    if weights is None:
        return columns
    times = weights.astype(int)
    assert (times == weights).all(), "weights are no whole numbers"
    return [np.repeat(column, times, axis=0) for column in columns]


TASKS = {
    "binary-classification": binary,
    "multiclass-classification": multiclass,
    "regression": regression,
    "ranking": ranking,
}


def value(score):
    try:
        number = float(score())
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return number if np.isfinite(number) else "nan"


def answers(case):
    w = case["weights"]
    y, s = np.array(case["labels"]), np.array(case["scores"], dtype=float)
    if w is not None:
        w = np.array(w, dtype=float)
        keep = w > 0
        width = case.get("classes") or 1
        y, s, w = y[keep], s.reshape(len(keep), width)[keep].ravel(), w[keep]
        for column in ["predicted", "lists"]:
            if case.get(column) is not None:
                case[column] = np.array(case[column])[keep]
    return {name: value(score) for name, score in TASKS[case["task"]](y, s, w, case).items()}


json.dump([answers(case) for case in json.load(sys.stdin)], sys.stdout)
