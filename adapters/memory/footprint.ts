/** `FootprintMeter` for tests: every process finds the same, and more of it for more bytes. */

import { MergewayError } from '#core/errors.ts';
import type { FootprintMeter } from '#core/ports/footprint.ts';

const LOAD_MS_PER_BYTE = 0.5;

/** A model takes its bytes of memory and half a millisecond a byte to load; `broken` does not load. */
export function memoryFootprint(): FootprintMeter {
  return {
    async measure(bytes) {
      if (new TextDecoder().decode(bytes) === 'broken') {
        throw new MergewayError('MW_MEASUREMENT_FAILED', 'the model could not be loaded');
      }
      return { loadMs: bytes.byteLength * LOAD_MS_PER_BYTE, memoryBytes: bytes.byteLength };
    },
  };
}
