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
  MW_BRANCH_TAKEN: {
    exit: 2,
    meaning: 'A branch that Mergeway wants to make is there already, with another commit.',
    remedy: 'Delete or rename the named branch; Mergeway never overwrites one.',
  },
  MW_CANDIDATE_MISSING: {
    exit: 2,
    meaning: 'A training run did not hand over what it must.',
    remedy:
      'Look into the run: its artifact mergeway-candidate-<model> must hold model.onnx, training.json and, with `train.seeds`, seed-1.onnx and those after it.',
  },
  MW_CHECKOUT_REFUSED: {
    exit: 2,
    meaning: 'A commit is not checked out, because its files would leave the folder or overwrite others.',
    remedy: 'Remove the named symbolic link from the commit, or name an empty folder.',
  },
  MW_COLUMN_MISSING: {
    exit: 2,
    meaning: 'A column that is needed is not in the data.',
    remedy:
      'Correct the name in model.yaml, the feature definitions or on the command line, or add the column to the data.',
  },
  MW_COMMIT_NOT_FOUND: {
    exit: 2,
    meaning: 'A commit is not in the repository.',
    remedy: 'Use the full 40 digits; in a clone, fetch the commit first (`git fetch origin <commit>`).',
  },
  MW_CONDITION_INVALID: {
    exit: 2,
    meaning: 'A condition of a slice is not one that Mergeway runs.',
    remedy:
      "Write a condition over columns, such as `amount > 1000 AND purpose IN ('car', 'boat')`; the message names the character.",
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
  MW_DATA_MISMATCH: {
    exit: 4,
    meaning: 'A data file does not have the digest that its lock promises.',
    remedy: 'Restore the file, or write a new lock with its digest and review the change.',
  },
  MW_DATA_MISSING: {
    exit: 2,
    meaning: 'A data file that a lock or a command names does not exist.',
    remedy:
      'Check the path; `store:` needs `--data-store` (or MERGEWAY_DATA_STORE), `training:` needs `--training-store` (or MERGEWAY_TRAINING_STORE).',
  },
  MW_EVIDENCE_ADVISORY: {
    exit: 2,
    meaning: 'The evidence comes from a job that also ran code of the pull request.',
    remedy:
      "Evaluate in a job of its own on the default branch (templates/workflows), or set `promotion.evidence: advisory` in the base branch's model.yaml.",
  },
  MW_EVIDENCE_INVALID: {
    exit: 2,
    meaning: 'A file that should be evidence does not follow its schema.',
    remedy: 'Use the file that `mergeway evaluate` or `mergeway train` wrote, unchanged.',
  },
  MW_EVIDENCE_MISMATCH: {
    exit: 2,
    meaning: 'Evidence speaks of something else than what was asked for.',
    remedy:
      'Run `mergeway evaluate` (or the workflow) again, or judge by the policy of that time with `--policy-ref <commit>` and its champion with `--champion <digest>`.',
  },
  MW_EVIDENCE_UNSIGNED: {
    exit: 2,
    meaning: 'The policy asks for signed evidence (`promotion.signed`), and this evidence is not signed.',
    remedy:
      'Sign it in the job that measures: `mergeway sign` after `mergeway evaluate`, with `id-token: write` or `--key`; or let the base policy no longer ask for it.',
  },
  MW_EVIDENCE_VERSION: {
    exit: 2,
    meaning: 'Evidence is of a major version that this Mergeway does not know.',
    remedy: 'Use the same version of Mergeway where evidence is written and where it is read.',
  },
  MW_EXPRESSION_INVALID: {
    exit: 2,
    meaning: 'An expression over features is not understood, or its types do not fit.',
    remedy: 'Correct it at the named character; docs/features.md lists the operators and functions.',
  },
  MW_FEATURES_MISMATCH: {
    exit: 2,
    meaning: 'The data of a feature view, or the labels, are not what the definitions say.',
    remedy: 'Correct the named column in the definitions (features/*.yaml) or in the data.',
  },
  MW_FEATURES_MISSING: {
    exit: 4,
    meaning:
      "Features of a request are not in the online store, are too old, or do not fit the model's input.",
    remedy:
      'Send the features with the request, materialise them (`mergeway features materialize`), or give `serve.defaults` in model.yaml.',
  },
  MW_FILE_MISSING: {
    exit: 2,
    meaning: 'A file that the command was given does not exist.',
    remedy: 'Check the path; it is read from the folder that the command runs in.',
  },
  MW_FORGE_FORBIDDEN: {
    exit: 4,
    meaning: 'GitHub refused a request for want of a permission.',
    remedy:
      'Give the token, or the App, the permission that the message names, and accept it on the installation.',
  },
  MW_FORGE_INVALID: {
    exit: 4,
    meaning: 'GitHub refused a request as it was made.',
    remedy: 'Read the reason; a limit or a rule of the repository stands against it.',
  },
  MW_FORGE_LIMITED: {
    exit: 4,
    meaning: "GitHub's rate limit is used up.",
    remedy: 'Wait for the time that the message names, then run again.',
  },
  MW_FORGE_NOT_FOUND: {
    exit: 4,
    meaning: 'GitHub does not have, or does not show to this token, what was asked for.',
    remedy: 'Check the number or name, and that the token reaches the repository.',
  },
  MW_FORGE_UNREACHABLE: {
    exit: 4,
    meaning: 'GitHub did not answer.',
    remedy: 'Check the network and https://www.githubstatus.com, then run again.',
  },
  MW_GATE_BELOW_NOISE: {
    exit: 2,
    meaning: 'A gate asks for more than its holdout can tell, whatever the candidate.',
    remedy:
      'Set the limit at the named floor or beyond it, evaluate on more rows, or let the estimate alone decide (`decide: point`).',
  },
  MW_GIT_FAILED: {
    exit: 4,
    meaning: 'git did not do what it was asked for.',
    remedy: "Read git's words in the message; run the command in a clone of the repository.",
  },
  MW_GROUPS_TOO_MANY: {
    exit: 2,
    meaning: 'The columns of `groups` or of a bias gate make more groups than evidence can hold.',
    remedy: 'Group by columns with fewer values, such as bands instead of numbers.',
  },
  MW_HOLDOUT_EMPTY: {
    exit: 2,
    meaning: 'The data to evaluate on has no rows.',
    remedy: 'Check that the file, or the data lock, is the right one; no rows can prove nothing.',
  },
  MW_HOLDOUT_SEEN: {
    exit: 2,
    meaning: 'The training data holds rows of the holdout that counts, so that a verdict would say nothing.',
    remedy:
      "Merge the holdout's new lock first, and the training data's after it; or let `/mergeway retrain` do both.",
  },
  MW_INFERENCE_FAILED: {
    exit: 4,
    meaning: 'The model refused its inputs while it was run.',
    remedy: 'Compare the named input with what the model was trained on.',
  },
  MW_INPUTS_EMPTY: {
    exit: 2,
    meaning: 'A glob of `inputs.code` matches no file of the commit.',
    remedy:
      'Correct the glob in model.yaml; globs start at the root of the repository and see committed files only.',
  },
  MW_INTERNAL: {
    exit: 4,
    meaning: 'Mergeway met a situation that it was not written for.',
    remedy: 'Run the command again with MERGEWAY_DEBUG=1 and report what it prints.',
  },
  MW_INTERRUPTED: {
    exit: 4,
    meaning: 'The command was interrupted before it was done.',
    remedy: 'Run it again; nothing half done was left behind.',
  },
  MW_LEDGER_INVALID: {
    exit: 2,
    meaning: 'A file that should hold ledger entries does not follow their schema.',
    remedy: 'Use entries as they were exported, a JSON object a line, unchanged.',
  },
  MW_MEASUREMENT_FAILED: {
    exit: 4,
    meaning: 'A process that was started to measure a model did not start, did not answer or ended early.',
    remedy: 'The message says what it said last; run the evaluation again, on a runner with enough memory.',
  },
  MW_MODEL_INVALID: {
    exit: 2,
    meaning: 'A model file is not an ONNX file that Mergeway is willing to load.',
    remedy:
      'Export the model again as one self-contained ONNX file without external data, ZipMap or custom operators.',
  },
  MW_MODEL_MISMATCH: {
    exit: 2,
    meaning: "A model's inputs or outputs do not fit what `predict` and the data say.",
    remedy: 'Compare `predict` in model.yaml with the inputs and outputs that the message lists.',
  },
  MW_MODEL_NOT_READY: {
    exit: 4,
    meaning: 'The model is known but not loaded.',
    remedy: "Read the server's log for why it could not be loaded, then apply its traffic plan again.",
  },
  MW_MODEL_NOT_SERVED: {
    exit: 2,
    meaning: 'No model of this name or version is served here.',
    remedy: 'GET /v2/models/<name> lists the versions in traffic; a plan is set through the admin API.',
  },
  MW_ONLINE_STORE_DAMAGED: {
    exit: 4,
    meaning: 'The files of an embedded online store are damaged, or a row of any online store is.',
    remedy:
      'Delete the folder that the message names, or the keys of Redis that begin with `mw1:`, and fill the store again: `mergeway features materialize --from <time>`.',
  },
  MW_ONLINE_STORE_UNREACHABLE: {
    exit: 4,
    meaning: 'The online store with the features did not answer, or its folder could not be opened.',
    remedy:
      'Check the address or the folder that the message names, and that you may use it; then run again.',
  },
  MW_OPTIONS_INVALID: {
    exit: 2,
    meaning: "The App's environment lacks a variable, or one has a value that can not be used.",
    remedy: 'Set the named variables; secrets can be read from a file by the same name with _FILE.',
  },
  MW_ORIGIN_UNPROVEN: {
    exit: 2,
    meaning: 'A candidate came out of a run whose origin GitHub does not confirm.',
    remedy:
      "Use the base branch's training workflow unchanged; changes to it belong into a pull request of their own.",
  },
  MW_PART_STORE: {
    exit: 4,
    meaning: 'A part of the prediction log can not be written or read.',
    remedy:
      'Check the folder or bucket that `--prediction-log` names, its credentials and the room that is left.',
  },
  MW_REPOSITORY_MISSING: {
    exit: 2,
    meaning: 'The command needs a git repository and was run outside of one.',
    remedy: 'Run it in a clone of the repository that holds the models.',
  },
  MW_REQUEST_INVALID: {
    exit: 2,
    meaning: 'An inference request does not follow the Open Inference Protocol or does not fit the model.',
    remedy: "Compare the named input with the model's metadata: GET /v2/models/<name>.",
  },
  MW_ROWS_INVALID: {
    exit: 2,
    meaning:
      'A row can not be judged: its key, label, score, weight or input is missing or of the wrong kind.',
    remedy: 'Correct the named row and column in the data.',
  },
  MW_SERVER_OVERLOADED: {
    exit: 4,
    meaning: 'The model server has more waiting requests than it is willing to queue.',
    remedy: 'Send fewer requests at a time, or run more servers; the request can be sent again.',
  },
  MW_SIGNATURE_INVALID: {
    exit: 2,
    meaning: 'A signature is broken, or signs something else.',
    remedy:
      'Use the bundle that `mergeway sign` wrote for exactly this file, unchanged; sign again after a change.',
  },
  MW_SIGNER_UNTRUSTED: {
    exit: 2,
    meaning: 'The signature is whole, but somebody else signed than who is trusted.',
    remedy:
      "Compare `signing` in the base branch's mergeway.yaml (or --identity, --issuer, --public-key) with the signer that the message names.",
  },
  MW_SIGNING_FAILED: {
    exit: 4,
    meaning: 'Something could not be signed.',
    remedy:
      'Check `permissions: id-token: write` and the network, or sign with `--key <file.pem>`, an ECDSA P-256 private key.',
  },
  MW_STATE_LOCKED: {
    exit: 4,
    meaning: "The model server's state folder is in use by another server.",
    remedy:
      'End the other server first, or give this one a state folder of its own; if no other server runs, delete the named lock file.',
  },
  MW_STORE_BUSY: {
    exit: 4,
    meaning: "Other processes held the artifact store's lock for too long.",
    remedy: 'Run the command again; if no other process uses the store, delete the named lock file.',
  },
  MW_SYSTEM: {
    exit: 4,
    meaning: 'The operating system refused a file or a process.',
    remedy: 'Check that the named path exists, that you may use it and that the disk is not full.',
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
  MW_THRESHOLD_UNDEFINED: {
    exit: 2,
    meaning: 'No threshold can be chosen on the rows that would choose it.',
    remedy: 'Give more rows of both classes, or write the threshold as a number.',
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
  MW_TRAIN_FAILED: {
    exit: 2,
    meaning: 'The training command ended with an error.',
    remedy: 'Read its last lines in the message, or run the command by hand in a clean checkout.',
  },
  MW_TRAIN_NO_MODEL: {
    exit: 2,
    meaning: 'The training command ended well but wrote no model.onnx.',
    remedy: 'Write the model to $MERGEWAY_OUT/model.onnx.',
  },
  MW_TRAIN_TIMEOUT: {
    exit: 4,
    meaning: 'The training command took longer than train.timeout.',
    remedy: 'Raise `train.timeout` in model.yaml, or make the training shorter.',
  },
  MW_TRUST_INVALID: {
    exit: 2,
    meaning: 'What says whom to trust, a trusted root or a public key, can not be read.',
    remedy:
      'Write the trusted root anew with `gh attestation trusted-root`; a public key is PEM of ECDSA P-256 (`openssl ec -pubout`).',
  },
  MW_USAGE: {
    exit: 2,
    meaning: 'The command line was not understood.',
    remedy: 'Run the command with `--help`; it ends with an example.',
  },
  MW_VERSION_CONFLICT: {
    exit: 2,
    meaning: 'A commit holds a version of the model with another artifact already.',
    remedy: 'Promote from another commit; a commit has one version of a model.',
  },
  MW_VERSION_NOT_FOUND: {
    exit: 2,
    meaning: 'The model has no active version of this name.',
    remedy: 'List the versions with `mergeway status` or `gto show`; deregistered versions take no stage.',
  },
  MW_VERSION_UNPROVEN: {
    exit: 2,
    meaning:
      'Nobody can say which bytes a version is: its tag carries no digest of an artifact, or one that the ledger does not know.',
    remedy:
      'Promote a version that Mergeway registered. Where another tool assigned `production`, take it back (`gto unassign`): the next merge is then the first version.',
  },
  MW_ZIP_REFUSED: {
    exit: 4,
    meaning: 'An archive is not one that Mergeway is willing to unpack.',
    remedy:
      'Upload the named files alone, uncompressed or plainly deflated, below the limit that the message names.',
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
