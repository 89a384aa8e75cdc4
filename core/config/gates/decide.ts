/** How every gate decides. */

import { z } from 'zod';

export const Decide = z.enum(['interval', 'point']).default('interval').meta({
  description:
    'interval: the whole 95 % interval must clear the limit; point: the point estimate decides, and the report says so',
});
