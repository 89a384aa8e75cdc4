/** scikit-learn's side: `python -c` with the file; prints seconds (reading included) and the metrics of all rows and of each group as JSON. */

export const SKLEARN_SCRIPT = `
import json, sys, time
start = time.perf_counter()
import numpy as np, pyarrow.parquet as pq
from sklearn import metrics as m
table = pq.read_table(sys.argv[1], columns=["label", "score", "group"])
label, score = table["label"].to_numpy(), table["score"].to_numpy()
codes = table["group"].combine_chunks().dictionary_encode()
names, group = codes.dictionary.to_pylist(), codes.indices.to_numpy()
def measure(y, s):
    h = s >= 0.5
    return {"roc_auc": m.roc_auc_score(y, s), "average_precision": m.average_precision_score(y, s), "accuracy": m.accuracy_score(y, h),
            "balanced_accuracy": m.balanced_accuracy_score(y, h), "precision": m.precision_score(y, h), "recall": m.recall_score(y, h),
            "f1": m.f1_score(y, h), "log_loss": m.log_loss(y, s), "brier_score": m.brier_score_loss(y, s)}
found = {"all": measure(label, score)}
for index, name in enumerate(names):
    found[name] = measure(label[group == index], score[group == index])
print(json.dumps({"seconds": time.perf_counter() - start, "values": found}))
`;
