/**
 * Every error that a person can meet, by code. `exit` is the exit code of the command line (design §9, CONTRIBUTING):
 * 2 usage or configuration, 4 outside failure. `docs/errors.md` is generated from this table.
 */

export interface ErrorKind {
  /** Exit code of the command line. */
  readonly exit: 2 | 4;
  /** What the code means, one sentence. */
  readonly meaning: string;
  /** The way out, one sentence or two. */
  readonly remedy: string;
}

export const ERRORS = {
  MW_ARTIFACT_CORRUPT: {
    exit: 4,
    meaning: 'Stored bytes do not have the digest they are stored under.',
    remedy: 'Delete the named blob from the store and train or push the candidate again.',
  },
  MW_ARTIFACT_NOT_FOUND: {
    exit: 2,
    meaning: 'No artifact with this digest is in the store.',
    remedy: 'Check the digest and that `--store` (or MERGEWAY_STORE) names the store that training wrote to.',
  },
  MW_ARTIFACT_TOO_LARGE: {
    exit: 4,
    meaning: 'An artifact is larger than Mergeway is willing to read.',
    remedy: 'Make the artifact smaller; the message names the limit.',
  },
  MW_CONFIG_INVALID: {
    exit: 2,
    meaning: 'A configuration file does not follow its schema.',
    remedy: 'Correct the named line; docs/schemas holds the JSON schemas for editors.',
  },
  MW_CONFIG_MISSING: {
    exit: 2,
    meaning: 'A configuration file that is needed does not exist.',
    remedy: 'Create the file, or run the command from the root of the repository.',
  },
  MW_DATABASE_LOCKED: {
    exit: 4,
    meaning: "The App's database folder is open in another process.",
    remedy:
      'End the other process first, or give this one another MERGEWAY_DATABASE; commands reach a running App over HTTP.',
  },
  MW_EVIDENCE_INVALID: {
    exit: 2,
    meaning: 'A file that should be evidence does not follow its schema.',
    remedy: 'Use the file that `mergeway evaluate` or `mergeway train` wrote, unchanged.',
  },
  MW_INFERENCE_FAILED: {
    exit: 4,
    meaning: 'The model refused its inputs while it was run.',
    remedy: 'Compare the named input with what the model was trained on.',
  },
  MW_MODEL_INVALID: {
    exit: 2,
    meaning: 'A model file is not an ONNX file that Mergeway is willing to load.',
    remedy:
      'Export the model again as one self-contained ONNX file without external data, ZipMap or custom operators.',
  },
  MW_REQUEST_INVALID: {
    exit: 2,
    meaning: 'An inference request does not follow the Open Inference Protocol or does not fit the model.',
    remedy: "Compare the named input with the model's metadata: GET /v2/models/<name>.",
  },
  MW_STORE_BUSY: {
    exit: 4,
    meaning: "Other processes held the artifact store's lock for too long.",
    remedy: 'Run the command again; if no other process uses the store, delete the named lock file.',
  },
  MW_TABLE_QUERY: {
    exit: 2,
    meaning: 'A query over a data file could not be answered.',
    remedy:
      'Correct the named column or SQL: one SELECT over the table `data`; files and settings are out of reach.',
  },
  MW_TABLE_UNREADABLE: {
    exit: 2,
    meaning: 'A data file could not be read as a table.',
    remedy: 'Check that the file is complete Parquet or CSV and has the ending .parquet or .csv.',
  },
  MW_TAG_EXISTS: {
    exit: 4,
    meaning: 'A git tag with this name exists already; tags are never moved.',
    remedy: 'Run the command again: it reads the tags anew.',
  },
  MW_TRAFFIC_REFUSED: {
    exit: 4,
    meaning: 'The serving target refused a traffic plan.',
    remedy: 'Read the reason: a model that can not be loaded never gets traffic.',
  },
  MW_TRAFFIC_UNREACHABLE: {
    exit: 4,
    meaning: 'The serving target did not answer.',
    remedy: "Check the target's `url` in mergeway.yaml, the admin token and that `mergeway serve` runs.",
  },
  MW_USAGE: {
    exit: 2,
    meaning: 'The command line was not understood.',
    remedy: 'Run the command with `--help`; it ends with an example.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a code: `message` says what was wrong, where, and the value received. */
export class MergewayError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'MergewayError';
    this.code = code;
  }

  /** The way out, from the catalogue. */
  get remedy(): string {
    return ERRORS[this.code].remedy;
  }

  /** Exit code of a command that ends with this error. */
  get exit(): number {
    return ERRORS[this.code].exit;
  }
}
