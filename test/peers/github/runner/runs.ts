// Workflow runs: started by what happens in a repository or by a dispatch; their jobs follow `needs`.
import { runHappened, type Scene } from '../happenings.ts';
import type { Happening, Run } from '../model.ts';
import { contextOf } from '../webhooks.ts';
import { runJobs } from './job-graph.ts';
import { chainOf, newRun, type RunOrder } from './new-run.ts';
import type { Services } from './session.ts';
import { type Origin, originOf, starts } from './trigger.ts';
import { type ReadWorkflow, readWorkflows } from './workflow.ts';

/** GitHub lets workflows follow each other by `workflow_run` over three levels. */
const MAX_CHAIN = 3;

export class Runner {
  private readonly services: Services;
  private readonly cancels = new Map<Run, AbortController>();
  private closed = false;

  constructor(services: Services) {
    this.services = services;
  }

  /** Starts every workflow that waits for this; `idle` waits for the runs. */
  async react(happening: Happening): Promise<void> {
    if (this.closed || happening.quiet || chainOf(happening) > MAX_CHAIN) return;
    const origin = originOf(happening);
    if (!origin) return;
    for (const file of await readWorkflows(happening.repository.path, origin.sha)) {
      if ('workflow' in file && (await starts(file.workflow, happening)))
        await this.startFor(happening, file, origin);
      if ('problem' in file && happening.name === 'push') await this.startFor(happening, file, origin);
    }
  }

  private async startFor(happening: Happening, file: ReadWorkflow, origin: Origin): Promise<void> {
    const { hub } = this.services;
    const { repository, sender, name, payload } = happening;
    const event = { ...payload, ...contextOf(hub, repository, sender) };
    await this.start({ repository, file, event: name, payload: event, inputs: {}, origin, actor: sender });
  }

  /** Makes the run, announces it and executes it in the background. */
  async start(order: RunOrder): Promise<Run> {
    const { hub } = this.services;
    const run = await newRun(hub, order);
    const scene: Scene = { hub, repository: run.repository, actor: { kind: 'user', user: run.actor } };
    runHappened(scene, 'requested', run);
    const cancel = new AbortController();
    this.cancels.set(run, cancel);
    hub.inBackground(
      this.execute(run, order.file, scene, cancel.signal).finally(() => this.cancels.delete(run)),
    );
    return run;
  }

  cancel(run: Run): void {
    this.cancels.get(run)?.abort();
  }

  /** Cancels what runs, and starts nothing any more. */
  close(): void {
    this.closed = true;
    for (const cancel of this.cancels.values()) cancel.abort();
  }

  private async execute(run: Run, file: ReadWorkflow, scene: Scene, cancel: AbortSignal): Promise<void> {
    run.status = 'in_progress';
    runHappened(scene, 'in_progress', run);
    const { services } = this;
    run.conclusion =
      'workflow' in file
        ? await runJobs({ services, run, workflow: file.workflow, scene, cancel })
        : 'failure';
    run.status = 'completed';
    run.updatedAt = scene.hub.now();
    runHappened(scene, 'completed', run);
  }
}
