// The state of one stand-in and the two things everybody needs from it: new ids, and a place to announce what happened.
import type { Actor, App, Happening, Repository, User } from './model.ts';

type Listener = (happening: Happening) => Promise<void> | void;

/** GitHub's own App, whose installation tokens are the `GITHUB_TOKEN`s. Its id is the real one. */
const ACTIONS_APP_ID = 15368;

export class Hub {
  readonly folder: string;
  readonly users = new Map<string, User>();
  readonly tokens = new Map<string, Actor>();
  readonly repositories = new Map<string, Repository>();
  readonly violations: string[] = [];
  readonly actionsApp: App;
  app: App | undefined;
  /** `http://127.0.0.1:<port>`, set when the server listens. */
  url = '';

  private lastId = 1000;
  private readonly listeners: Listener[] = [];
  private readonly busy = new Set<Promise<unknown>>();

  constructor(folder: string) {
    this.folder = folder;
    this.actionsApp = {
      id: ACTIONS_APP_ID,
      slug: 'github-actions',
      name: 'GitHub Actions',
      owner: this.userCalled('github', 'Organization'),
      bot: this.userCalled('github-actions[bot]', 'Bot'),
      installationId: this.nextId(),
      permissions: {},
      events: [],
    };
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  /** The time in GitHub's form: UTC, whole seconds. */
  now(): string {
    return `${new Date().toISOString().slice(0, 19)}Z`;
  }

  /** The user of that name, made on first mention. */
  userCalled(login: string, type: User['type'] = 'User'): User {
    const known = this.users.get(login.toLowerCase());
    if (known) return known;

    const user = { id: this.nextId(), login, type };
    this.users.set(login.toLowerCase(), user);
    return user;
  }

  repository(fullName: string): Repository | undefined {
    return this.repositories.get(fullName.toLowerCase());
  }

  onHappening(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Tells webhooks and workflows. Returns at once; `idle` waits for what follows. */
  announce(happening: Happening): void {
    for (const listener of this.listeners) this.inBackground(Promise.resolve(listener(happening)));
  }

  /** Keeps `idle` from resolving before `work` has ended. Failures end up in `violations`, never unhandled. */
  inBackground(work: Promise<unknown>): void {
    const guarded = work
      .catch((error: unknown) => this.violations.push(`background work failed: ${describe(error)}`))
      .finally(() => this.busy.delete(guarded));
    this.busy.add(guarded);
  }

  /** Resolves when no webhook and no workflow run is in flight, those that they caused included. */
  async idle(): Promise<void> {
    while (this.busy.size > 0) await Promise.all(this.busy);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
