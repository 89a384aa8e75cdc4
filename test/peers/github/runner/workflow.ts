// A workflow file, read once into one typed record. Keys that the stand-in doesn't act on are accepted and ignored.
import { parse } from 'yaml';
import { z } from 'zod';
import { gitFact } from '../git.ts';
import { filesIn } from '../git-tree.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const Env = z.record(z.string(), Scalar.nullable()).optional();
const Permissions = z.union([
  z.enum(['read-all', 'write-all']),
  z.record(z.string(), z.enum(['read', 'write', 'none'])),
]);
const Defaults = z
  .object({
    run: z.object({ shell: z.string().optional(), 'working-directory': z.string().optional() }).optional(),
  })
  .optional();

const StepSpec = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  if: Scalar.optional(),
  run: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), Scalar.nullable()).optional(),
  env: Env,
  shell: z.string().optional(),
  'working-directory': z.string().optional(),
  'continue-on-error': Scalar.optional(),
  'timeout-minutes': Scalar.optional(),
});

const JobSpec = z.object({
  name: z.string().optional(),
  needs: Texts.optional(),
  if: Scalar.optional(),
  'runs-on': z.unknown(),
  permissions: Permissions.optional(),
  environment: z
    .union([
      z.string(),
      z.object({ name: z.string(), url: z.string().optional(), deployment: Scalar.optional() }),
    ])
    .optional(),
  env: Env,
  defaults: Defaults,
  outputs: z.record(z.string(), Scalar).optional(),
  strategy: z.object({ matrix: z.unknown(), 'fail-fast': Scalar.optional() }).optional(),
  'timeout-minutes': Scalar.optional(),
  'continue-on-error': Scalar.optional(),
  steps: z
    .array(StepSpec)
    .min(1, 'a job needs at least one step (calls of other workflows are not supported)'),
});

const Trigger = z.object({
  types: Texts.optional(),
  branches: Texts.optional(),
  'branches-ignore': Texts.optional(),
  tags: Texts.optional(),
  'tags-ignore': Texts.optional(),
  paths: Texts.optional(),
  'paths-ignore': Texts.optional(),
  workflows: Texts.optional(),
  inputs: z
    .record(
      z.string(),
      z
        .object({
          required: z.boolean().optional(),
          default: Scalar.optional(),
          type: z.enum(['string', 'boolean', 'number', 'choice', 'environment']).optional(),
          options: z.array(z.string()).optional(),
        })
        .nullable(),
    )
    .nullish(),
});

const WorkflowFile = z.object({
  name: z.string().optional(),
  'run-name': z.string().optional(),
  on: z.union([
    z.string().transform((event) => ({ [event]: null })),
    z.array(z.string()).transform((events) => Object.fromEntries(events.map((event) => [event, null]))),
    z.record(z.string(), z.union([Trigger, z.array(z.unknown()), z.null()])),
  ]),
  env: Env,
  defaults: Defaults,
  permissions: Permissions.optional(),
  jobs: z.record(z.string(), JobSpec),
});

export type StepSpec = z.infer<typeof StepSpec>;
export type JobSpec = z.infer<typeof JobSpec>;
export type Trigger = z.infer<typeof Trigger>;
export type Permissions = z.infer<typeof Permissions>;

export interface Workflow extends Omit<z.infer<typeof WorkflowFile>, 'on'> {
  readonly path: string;
  readonly title: string;
  /** What starts it, by event; an event without filters has an empty trigger. */
  readonly triggers: Readonly<Record<string, Trigger>>;
}

/** A file that is no workflow still gives a failed run, as on GitHub. */
export type ReadWorkflow =
  | { readonly path: string; readonly workflow: Workflow }
  | { readonly path: string; readonly problem: string };

const FOLDER = '.github/workflows';

const workflows = new Map<string, Promise<readonly ReadWorkflow[]>>();

/** Every workflow file of a commit. Each event asks for them; a commit's never change. */
export function readWorkflows(repositoryPath: string, commit: string): Promise<readonly ReadWorkflow[]> {
  const key = `${repositoryPath} ${commit}`;
  const known = workflows.get(key) ?? readFolder(repositoryPath, commit);
  workflows.set(key, known);
  return known;
}

async function readFolder(repositoryPath: string, commit: string): Promise<readonly ReadWorkflow[]> {
  const files = await filesIn(repositoryPath, commit, FOLDER);
  return Promise.all(
    files
      .filter(({ path }) => /\.ya?ml$/.test(path))
      .map(async ({ path, sha }) =>
        parseWorkflow(path, await gitFact(repositoryPath, ['cat-file', 'blob', sha])),
      ),
  );
}

export function parseWorkflow(path: string, text: string): ReadWorkflow {
  try {
    const { on, ...file } = WorkflowFile.parse(parse(text));
    const triggers = Object.entries(on).map(([event, trigger]) => [
      event,
      Array.isArray(trigger) ? {} : (trigger ?? {}),
    ]);
    return {
      path,
      workflow: { ...file, path, title: file.name ?? path, triggers: Object.fromEntries(triggers) },
    };
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { path, problem: `Invalid workflow file: ${path}\n${problem}` };
  }
}
