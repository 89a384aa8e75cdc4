"""The training rows: one flight each, with what is known before it leaves and whether it came late."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

TEXT = ["carrier", "origin", "dest"]
NUMBERS = [
    "hour",
    "weekday",
    "congestion",
    "distance",
    "seats",
    "plane_age",
    "temp",
    "humid",
    "wind_speed",
    "wind_gust",
    "precip",
    "visib",
    "pressure",
    "route_delay",
]
INPUTS = TEXT + NUMBERS


@dataclass(frozen=True)
class Rows:
    """`inputs` holds one column per name in INPUTS, `late` is 1 or 0. Both are in the order of departure."""

    inputs: np.ndarray
    late: np.ndarray

    def between(self, start: float, end: float) -> Rows:
        """A share of the rows by time, `between(0.8, 1)` for the last fifth."""
        first, last = int(start * len(self.late)), int(end * len(self.late))
        return Rows(self.inputs[first:last], self.late[first:last])


def read_rows(parquet: str) -> Rows:
    """Reads the table. Numbers are rounded to float32, since that is what the ONNX model computes with."""
    columns = duckdb.execute(
        f"""
        SELECT {", ".join(INPUTS)}, late
        FROM read_parquet($table)
        ORDER BY departs_at, flight_id
        """,
        {"table": parquet},
    ).fetchnumpy()

    inputs = [columns[name].astype(object) for name in TEXT]
    inputs += [columns[name].astype(np.float32).astype(object) for name in NUMBERS]
    return Rows(np.column_stack(inputs), columns["late"].astype(np.int64))
