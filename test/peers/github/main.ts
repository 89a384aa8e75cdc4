// Runs the stand-in as a process of its own: `node test/peers/github/main.ts config.json`.
// The configuration is that of `startGitHub`, and the repositories to make. Prints one line of JSON with the addresses.
import { readFile } from 'node:fs/promises';
import type { NewRepository } from './repositories.ts';
import { type GitHub, type GitHubOptions, startGitHub } from './server.ts';

interface RepositoryConfig extends NewRepository {
  /** Required checks by branch. */
  readonly protect?: Readonly<Record<string, readonly string[]>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly environments?: Readonly<Record<string, Pick<RepositoryConfig, 'variables' | 'secrets'>>>;
}

interface Config extends GitHubOptions {
  readonly repositories?: readonly RepositoryConfig[];
}

const config = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Config;
const github = await startGitHub(config);
const repositories = [];
for (const repository of config.repositories ?? []) repositories.push(await setUp(github, repository));
process.stdout.write(`${JSON.stringify({ url: github.url, apiUrl: github.apiUrl, repositories })}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void github.close());

async function setUp(standIn: GitHub, config: RepositoryConfig) {
  const made = await standIn.createRepository(config);
  const repository = made.fullName;
  for (const [branch, requiredChecks] of Object.entries(config.protect ?? {}))
    standIn.protectBranch({ repository, branch, requiredChecks });
  fill(standIn, { repository }, config);
  for (const [environment, values] of Object.entries(config.environments ?? {}))
    fill(standIn, { repository, environment }, values);
  return made;
}

function fill(
  standIn: GitHub,
  place: { repository: string; environment?: string },
  { variables, secrets }: Pick<RepositoryConfig, 'variables' | 'secrets'>,
): void {
  for (const [name, value] of Object.entries(variables ?? {})) standIn.setVariable({ ...place, name, value });
  for (const [name, value] of Object.entries(secrets ?? {})) standIn.setSecret({ ...place, name, value });
}
