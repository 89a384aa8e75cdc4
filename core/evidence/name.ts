/** Short texts in evidence, which is hostile until proven: nobody reads a name of a megabyte. */

import { z } from 'zod';

export const Name = z.string().max(200);
