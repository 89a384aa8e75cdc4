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


# An outage takes a carrier's whole day down; those late flights say nothing about route, hour or weather.
# A carrier's day needs 45 departures before its share of late ones means anything.
TRAINING_ROWS = f"""
    WITH flights AS (
        SELECT *, left(flight_id, 10) AS day FROM read_parquet($table)
    ),
    carrier_days AS (
        SELECT carrier, day, avg(late) AS share_late
        FROM flights GROUP BY carrier, day HAVING count(*) >= 45
    ),
    ordinary_delays AS (
        SELECT flights.* FROM flights JOIN carrier_days USING (carrier, day)
        WHERE late = 1 AND share_late <= 0.7
    ),
    punctual AS (
        SELECT * FROM flights WHERE late = 0
    )
    SELECT {", ".join(INPUTS)}, late
    FROM (FROM punctual UNION ALL BY NAME FROM ordinary_delays)
    ORDER BY departs_at, flight_id
"""


def read_rows(parquet: str) -> Rows:
    """Reads the table. Numbers are rounded to float32, since that is what the ONNX model computes with."""
    columns = duckdb.execute(TRAINING_ROWS, {"table": parquet}).fetchnumpy()

    inputs = [columns[name].astype(object) for name in TEXT]
    inputs += [columns[name].astype(np.float32).astype(object) for name in NUMBERS]
    return Rows(np.column_stack(inputs), columns["late"].astype(np.int64))
