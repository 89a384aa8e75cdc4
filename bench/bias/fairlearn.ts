/** Fairlearn's side: `python -c` with the number of rows and of resamples; prints the seconds that its bootstrap of one rate took. */

export const FAIRLEARN_SCRIPT = `
import sys, time
import numpy as np
from fairlearn.metrics import MetricFrame, true_positive_rate

rows, resamples = int(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(7)
labels = (rng.random(rows) < 0.3).astype(int)
predicted = (0.25 * labels + 0.75 * rng.random(rows) >= 0.5).astype(int)
groups = rng.integers(0, 5, rows)
start = time.perf_counter()
frame = MetricFrame(metrics=true_positive_rate, y_true=labels, y_pred=predicted, sensitive_features=groups,
                    n_boot=resamples, ci_quantiles=[0.025, 0.975], random_state=7)
frame.difference_ci()
print(time.perf_counter() - start)
`;
