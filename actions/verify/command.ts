/** `mergeway verify <digest>`: what is proven of an artifact, and what is not. */

import { defineCommand, type OptionsOf, type OptionTable } from '#actions/command.ts';
import { TRUST_OPTIONS } from '#actions/trust.ts';

const options = {
  store: {
    value: 'folder',
    summary: 'Artifact store with the artifact, its evidence and signatures',
    env: 'MERGEWAY_STORE',
  },
  signature: {
    value: 'file',
    summary: 'Signature of the model file; by default the model.sig beside a file',
  },
  ...TRUST_OPTIONS,
  policyRef: { value: 'ref', summary: 'Commit whose policy judges', default: 'HEAD' },
} as const satisfies OptionTable;

export type VerifyOptions = OptionsOf<typeof options>;

export const verify = defineCommand({
  name: 'verify',
  summary: 'Explains what is proven of an artifact and what is not; asks no service',
  files: { name: 'artifact', summary: 'Digest of an artifact in the store (sha256:…), or a model file' },
  options,
  notes:
    'Each line is proven (✓), refuted (✗) or open (–), with the reason. Exit code 1: something is refuted; 3: nothing is, but no evaluation is proven by a signature of somebody who is trusted; 0: all that is needed is proven. Gates are judged again, on the newest evaluation, by the policy of --policy-ref.',
  examples: [
    'mergeway verify sha256:<digest> --store .mergeway/store',
    'mergeway verify model.onnx --public-key team.pub --json',
  ],
  run: async (given, io, files) => (await import('./run.ts')).run(given, io, files),
});
