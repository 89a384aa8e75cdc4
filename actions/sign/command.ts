/** `mergeway sign`: evidence, and the model itself, signed as the workflow that runs or with a key. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';

const options = {
  key: {
    value: 'file.pem',
    summary: 'Private key (ECDSA P-256, PEM) to sign with, in place of the identity of the workflow',
  },
  modelFile: {
    value: 'model.onnx',
    summary: 'Signs this file too: model.sig beside it, as OpenSSF model signing has it',
  },
  store: {
    value: 'folder',
    summary: 'Artifact store that the signatures are kept in too',
    env: 'MERGEWAY_STORE',
  },
  attest: { summary: "Hands the signatures to GitHub's attestations too, where the repository has them" },
  sigstore: {
    value: 'public|github',
    summary:
      "Sigstore's public good, whose log everybody reads, or GitHub's own; by default by the repository's visibility",
  },
  fulcioUrl: { value: 'url', summary: 'Certificate authority of a Sigstore of your own' },
  rekorUrl: { value: 'url', summary: 'Its transparency log' },
  tsaUrl: { value: 'url', summary: 'Its timestamp authority' },
} as const satisfies OptionTable;

export type SignOptions = OptionsOf<typeof options>;

export const sign = defineCommand({
  name: 'sign',
  summary: "Signs evidence: <file>.sigstore.json beside it, as the workflow's identity or with a key",
  files: { name: 'files', summary: 'Evidence, such as evaluation.json' },
  options,
  examples: [
    'mergeway sign mergeway-out/evaluation.json --key signing.pem',
    'mergeway sign mergeway-out/evaluation.json mergeway-out/training.json --model-file mergeway-out/model.onnx --attest',
  ],
  needsToken: true,
  outputs: { bundles: 'JSON list of the files that were written' },
  run: async (given, io, files) => (await import('./run.ts')).run(given, io, files),
});
