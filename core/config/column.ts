/** Names of columns, and paths, as every file of configuration writes them. */

import { z } from 'zod';

export const RelativePath = z
  .string()
  .min(1)
  .max(500)
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\\0]+$/, 'expected a path inside the repository, without ..')
  .meta({ description: "A path from the repository's root" });

export const Column = z.string().min(1).max(200);
