/** `signing` of mergeway.yaml: who may sign evidence, as the base branch has it. */

import { z } from 'zod';
import { RelativePath } from './column.ts';

/** The issuer of GitHub Actions' identity tokens. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

export const Signing = z
  .strictObject({
    identity: z.string().min(1).max(1000).optional().meta({
      description:
        'Exactly who signs, such as https://github.com/acme/risk/.github/workflows/mergeway-evaluate.yml@refs/heads/main',
    }),
    issuer: z
      .url({ protocol: /^https?$/ })
      .default(GITHUB_ISSUER)
      .meta({ description: 'Who vouches for the identity' }),
    'trusted-root': RelativePath.optional().meta({
      description:
        'File with the certificate authorities and logs: what `gh attestation trusted-root` prints',
    }),
    'public-key': RelativePath.optional().meta({
      description: 'ECDSA P-256 public key in PEM, for signatures by a key of your own',
    }),
  })
  .refine(
    (signing) => (signing.identity === undefined) === (signing['trusted-root'] === undefined),
    'identity and trusted-root belong together',
  )
  .refine(
    (signing) => signing.identity !== undefined || signing['public-key'] !== undefined,
    'it names nobody: give identity and trusted-root, or public-key',
  );
export type Signing = z.infer<typeof Signing>;
