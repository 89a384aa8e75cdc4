/** A loaded model that requests hold while they use it: it is unloaded when it is retired and the last of them let go. */

import type { Digest } from '#core/digest.ts';
import type { LoadedModel } from '#core/ports/model-backend.ts';
import type { Prepared } from './prepared.ts';

export interface ServedVersion {
  /** Undefined for a bare file, which has no versions. */
  readonly version?: string | undefined;
  readonly loaded: Loaded;
  /** Undefined for a bare file and for versions whose plan names no settings. */
  readonly prepared?: Prepared | undefined;
}

export interface Loaded {
  readonly digest?: Digest | undefined;
  readonly model: LoadedModel;
  /** Keeps the model loaded until the returned function is called, once. */
  hold(): () => void;
  /** Unloads the model as soon as nobody holds it. */
  retire(): void;
}

/** Wraps a model. `failed` hears of an unload that went wrong. */
export function holdable(
  model: LoadedModel,
  { digest, failed }: { readonly digest?: Digest; readonly failed: (error: unknown) => void },
): Loaded {
  let holders = 0;
  let retired = false;

  function unloadWhenIdle(): void {
    if (retired && holders === 0) model.release().catch(failed);
  }

  return {
    digest,
    model,
    hold() {
      holders++;
      return () => {
        holders--;
        unloadWhenIdle();
      };
    },
    retire() {
      if (retired) return;
      retired = true;
      unloadWhenIdle();
    },
  };
}
