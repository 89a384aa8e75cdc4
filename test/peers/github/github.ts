// What a stand-in is started with, and what it can be told to do.
import type { Grants } from './model.ts';
import type { NewRepository } from './repositories.ts';
import type { Delivery } from './webhooks.ts';

export interface AppOptions {
  readonly id: number;
  /** PEM, private or public. */
  readonly privateKey: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly slug: string;
  readonly permissions?: Grants;
  readonly events?: readonly string[];
}

export interface GitHubOptions {
  /** Repositories, artifacts, logs and the runner's work go here. */
  readonly folder: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly app?: AppOptions;
  readonly users: readonly { readonly login: string; readonly token: string }[];
  /** The checkout that `uses: mergeway/mergeway…` means. */
  readonly actionsCheckout: string;
  /** `mergeway/mergeway` by default. */
  readonly actionsRepository?: string;
  /** More variables for every process of a job. */
  readonly runnerEnv?: Readonly<Record<string, string>>;
  /** Python environments and package caches; give a lasting folder to make second runs quick. */
  readonly toolCache?: string;
  /** Holds every answer to GitHub's description, not only every request. */
  readonly checkAnswers?: boolean;
}

/** What `createRepository` tells about the new repository. */
export interface CreatedRepository {
  readonly fullName: string;
  /** The bare repository on disk. Pushes to it are heard of by `pushed`. */
  readonly gitUrl: string;
  /** For git over HTTP with a token as the password. Pushes to it are heard of at once. */
  readonly cloneUrl: string;
  readonly htmlUrl: string;
}

export interface SettingOptions {
  readonly repository: string;
  readonly environment?: string;
  readonly name: string;
  readonly value: string;
}

export interface GitHub {
  /** Pages and git. */
  readonly url: string;
  /** REST; the same origin. */
  readonly apiUrl: string;
  /** What clients did that GitHub's description doesn't know or allow, and what went wrong inside. */
  readonly violations: readonly string[];
  createRepository(options: NewRepository): Promise<CreatedRepository>;
  protectBranch(options: { repository: string; branch: string; requiredChecks: readonly string[] }): void;
  setVariable(options: SettingOptions): void;
  setSecret(options: SettingOptions): void;
  /** Hears of pushes to the bare path: emits `push` and `synchronize`, and starts workflows. */
  pushed(options: { repository: string; branch?: string; by?: string }): Promise<void>;
  deliveries(): readonly Delivery[];
  /** Asks for another attempt at every delivery that never succeeded; resolves with their number. */
  redeliverFailed(): Promise<number>;
  /** Resolves when no run and no webhook is in flight. */
  idle(): Promise<void>;
  close(): Promise<void>;
}
