/** Versions of models and the stages they hold. Embedded: git tags in GTO's format. */

import type { Digest } from '../digest.ts';

export interface ModelVersion {
  readonly model: string;
  /** `v<semver>`. */
  readonly version: string;
  readonly commit: string;
  /** Digest of the artifact; undefined for versions that another tool registered. */
  readonly digest?: Digest;
  /** ms since 1970. */
  readonly at: number;
}

/** The stages that Mergeway moves. */
export type Stage = 'canary' | 'production';

export interface ModelState {
  readonly model: string;
  /** Active versions, oldest first. */
  readonly versions: readonly ModelVersion[];
  /** Who holds each stage now. */
  readonly stages: Readonly<Partial<Record<string, ModelVersion>>>;
}

export interface ModelRegistry {
  /** Every model that has an active version. */
  models(): Promise<readonly string[]>;
  /** A model's state; a model without versions has empty lists. */
  state(model: string): Promise<ModelState>;
  /** Registers `digest` at `commit` as the next version (`v0.0.1` first, then the patch number counts up). The same digest at the same commit again returns that version. */
  register(version: {
    readonly model: string;
    readonly commit: string;
    readonly digest: Digest;
    readonly at: number;
    /** Text added to the registration, such as the ledger entry. */
    readonly note?: string;
  }): Promise<ModelVersion>;
  /** Gives the stage to the version. Giving it to its holder again changes nothing. */
  assign(assignment: {
    readonly model: string;
    readonly version: string;
    readonly stage: Stage;
    readonly at: number;
    readonly note?: string;
  }): Promise<void>;
  /** Takes the stage away from the version. Where the version does not hold it, nothing changes. */
  unassign(assignment: {
    readonly model: string;
    readonly version: string;
    readonly stage: Stage;
    readonly at: number;
    readonly note?: string;
  }): Promise<void>;
}
