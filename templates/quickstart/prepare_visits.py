"""Makes the tables of the model `visits` from the RAND Health Insurance Experiment, as the PyPI package statsmodels carries it.

    pip install statsmodels==0.15.0 pandas==2.3.3 pyarrow==26.0.1 && python prepare_visits.py

A row is a person in one year of the experiment: 20,190 rows of 5,912 people. The nine columns that statsmodels documents are
what a model may know; sex, race, age and income stand in the package's source file and are kept to judge the model by.

A person's nine columns are the same every year, and only 2,760 combinations of them, called `profile`, are distinct. All rows of a
profile go to one side, training or holdout: otherwise the same people sit on both, and a model that has learned them by heart
looks better than it is.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import statsmodels

HERE = Path(__file__).parent
RANDHIE = Path(statsmodels.__file__).parent / "datasets/randhie"

HOLDOUT_SHARE = 0.3
RETURNS_FROM_VISITS = 2

KNOWN = ["lncoins", "idp", "lpi", "fmde", "physlm", "disea", "hlthg", "hlthf", "hlthp"]

COLUMNS = {
    "person_year": "string",
    "profile": "string",
    "lncoins": "float32",
    "idp": "int8",
    "lpi": "float32",
    "fmde": "float32",
    "physlm": "float32",
    "disea": "float32",
    "health": "string",
    "limited": "string",
    "sex": "string",
    "race": "string",
    "age": "int8",
    "income": "int32",
    "visits": "int16",
    "returns": "int8",
}


def main() -> None:
    rows = with_outcome(with_groups(with_profile(person_years())))
    rows = rows[list(COLUMNS)].sort_values("person_year").astype(COLUMNS)
    assert len(rows) == 20_190 and rows.notna().all(axis=None) and rows["person_year"].is_unique
    assert rows["profile"].nunique() == 2_760

    held = rows["profile"].map(place) < HOLDOUT_SHARE
    write(rows[~held], "repository/data/visits.parquet", lock="visits")
    write(rows[held], "holdout/visits/holdout.parquet", lock="visits_holdout")


def person_years() -> pd.DataFrame:
    """The documented columns beside those of the source file, which has the same rows in the same order."""
    documented, source = pd.read_csv(RANDHIE / "randhie.csv"), pd.read_csv(RANDHIE / "src/randhie.csv")
    shared = documented.columns.intersection(source.columns)
    assert documented[shared].equals(source[shared].astype(documented[shared].dtypes)), "the rows differ"
    return pd.concat([documented, source.drop(columns=shared)], axis=1)


def with_profile(rows: pd.DataFrame) -> pd.DataFrame:
    """A name for each combination of what a model may know: the beginning of its SHA-256."""
    text = rows[KNOWN].astype(str).agg(",".join, axis=1)
    return rows.assign(profile=text.map(lambda known: hashlib.sha256(known.encode()).hexdigest()[:8]))


def place(profile: str) -> float:
    """Where a profile lies between 0 and 1: by its digest, so that no seed can be picked."""
    return int(profile, 16) / 16**8


def with_groups(rows: pd.DataFrame) -> pd.DataFrame:
    """Answers that the experiment lacks were filled in with a mean, hence values between 0 and 1.

    A limitation that was filled in is `unknown`. Race was for 81 people: too few for a group of their own, so it is rounded.
    """
    health = [rows["hlthg"] == 1, rows["hlthf"] == 1, rows["hlthp"] == 1]
    limited = [rows["physlm"] == 1, rows["physlm"] == 0]
    return rows.assign(
        health=np.select(health, ["good", "fair", "poor"], "excellent"),
        limited=np.select(limited, ["yes", "no"], "unknown"),
        sex=np.where(rows["female"] == 1, "female", "male"),
        race=np.where(rows["black"] >= 0.5, "black", "other"),
        age=np.floor(rows["xage"]),
        income=rows["income"].round(),
    )


def with_outcome(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        person_year=rows["zper"].astype(int).astype(str) + "-" + rows["year"].astype(int).astype(str),
        visits=rows["mdvis"],
        returns=rows["mdvis"] >= RETURNS_FROM_VISITS,
    )


def write(rows: pd.DataFrame, to: str, *, lock: str) -> None:
    """The file, and the pointer that users commit."""
    path = HERE / to
    path.parent.mkdir(parents=True, exist_ok=True)
    arrow = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    repeating = [name for name in COLUMNS if name != "person_year"]
    pq.write_table(arrow, path, compression="zstd", compression_level=19, use_dictionary=repeating)
    print(f"{to}: {len(rows)} rows, {rows['profile'].nunique()} profiles, {path.stat().st_size} bytes")

    uri = to.replace("repository/", "").replace("holdout/", "store:", 1)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [f"uri: {uri}", f"sha256: {digest}", f"rows: {len(rows)}"]
    (HERE / "repository/data" / f"{lock}.lock").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
