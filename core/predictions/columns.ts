/**
 * Columns of the prediction log. Beside the fixed ones a part has, by prefix, a column per entity key, request field, feature and
 * output; parts of several versions are read together by column name.
 */

/** One row per predicted row; a request of n rows has one prediction id and n rows. Times are UTC, in milliseconds. */
export const PREDICTION_COLUMNS = {
  /** `<writer>-<sequence of the request>`, unique within a model; given back in the answer's `id` field when the client sent none, always in `x-mergeway-prediction-id`. */
  prediction_id: 'STRING',
  /** Place of the row in its request, from 0. */
  row: 'INT32',
  writer: 'STRING',
  /** Counts the requests that were to be logged, from 1, per writer and model; a gap is a loss. */
  sequence: 'INT64',
  /** The time that the prediction is for: the request's parameter `event_timestamp`, or when it was served. */
  event_time: 'TIMESTAMP',
  served_at: 'TIMESTAMP',
  /** '' for a bare file. */
  version: 'STRING',
  /** `champion`, `canary`, or `none`. */
  arm: 'STRING',
  /** Trace id of the request's `traceparent` header, or null. */
  trace_id: 'STRING',
  latency_ms: 'DOUBLE',
  /** The model's score by `evaluate.predict` (of the positive class, or the prediction); null where it is not one number. */
  score: 'DOUBLE',
} as const;

export const FEEDBACK_COLUMNS = {
  prediction_id: 'STRING',
  row: 'INT32',
  /** As text: `1`, `true`, `3.5`, `cat`. */
  label: 'STRING',
  /** When it came true, as the caller says; null: not said. */
  label_time: 'TIMESTAMP',
  received_at: 'TIMESTAMP',
  writer: 'STRING',
  /** Counts labels, per writer and model, apart from predictions. */
  sequence: 'INT64',
} as const;

/** Prefixes of the columns that depend on the model. */
export const PREFIX = {
  /** Join keys, as they were sent. */
  entity: 'entity.',
  /** Request fields, as they were sent. */
  request: 'request.',
  /**
   * Every column that the model or the feature service has, as the model got it (defaults filled in; NaN and what is missing are null).
   * `feature.<input>` for an ONNX input that is no column, `feature.<input>.<place>` where a row has several values.
   */
  feature: 'feature.',
  /** Feast's status of a feature that was looked up: PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE. */
  status: 'status.',
  /** `output.<name>` where a row has one value, else `output.<name>.<place>`. */
  output: 'output.',
} as const;
