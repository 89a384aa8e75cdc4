/** Feast's side: `python -c` with a folder and the ttl in days; prints the seconds that the join took, reading and writing included. */

export const FEAST_SCRIPT = `
import sys, time
from datetime import timedelta
from pathlib import Path
import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast.types import Float64, Int64
from feast.value_type import ValueType

folder = Path(sys.argv[1])
config = RepoConfig(project="bench", provider="local", registry=str(folder / "registry.db"),
                    offline_store={"type": "file"}, online_store=None, entity_key_serialization_version=3)
store = FeatureStore(config=config)
thing = Entity(name="thing", join_keys=["key"], value_type=ValueType.INT64)
source = FileSource(path=str(folder / "features.parquet"), timestamp_field="event_timestamp", created_timestamp_column="created")
view = FeatureView(name="stats", entities=[thing], ttl=timedelta(days=int(sys.argv[2])), source=source,
                   schema=[Field(name="mean", dtype=Float64), Field(name="total", dtype=Int64)])
store.apply([thing, view])
start = time.perf_counter()
labels = pd.read_parquet(folder / "labels.parquet")
store.get_historical_features(entity_df=labels, features=["stats:mean", "stats:total"]).to_df().to_parquet(folder / "feast.parquet")
print(time.perf_counter() - start)
`;
