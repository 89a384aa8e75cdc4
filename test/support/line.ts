/**
 * The App's line in memory: a repository with a model `credit`, its forge, tags, store and traffic, and the runs that
 * GitHub would report. Tests tell what happened and look at what the App did.
 */

import { zipSync } from 'fflate';
import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { memoryArtifactStore } from '#adapters/memory/artifact-store.ts';
import { type MemoryClock, memoryClock } from '#adapters/memory/clock.ts';
import { type MemoryForge, memoryForge } from '#adapters/memory/forge.ts';
import { type MemorySourceTree, memorySourceTree } from '#adapters/memory/source-tree.ts';
import { memoryStore } from '#adapters/memory/store.ts';
import { type MemoryTraffic, memoryTraffic } from '#adapters/memory/traffic.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { readZip } from '#adapters/zip/read-zip.ts';
import { parseModelConfig } from '#core/config/load.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import { type EvaluationPredicate, evaluationEvidence } from '#core/evidence/evaluation.ts';
import { type ProfilePredicate, profileEvidence } from '#core/evidence/profile.ts';
import { serialize, statement } from '#core/evidence/statement.ts';
import { trainingEvidence } from '#core/evidence/training.ts';
import { validationEvidence } from '#core/evidence/validation.ts';
import { inputDigestAt } from '#core/flows/affected-models.ts';
import { EVALUATE_WORKFLOW, TRAIN_WORKFLOW, type Workspace } from '#core/flows/workspace.ts';
import { configurationDigest } from '#core/gates/judge.ts';
import type { PullRequest, WorkflowRun } from '#core/ports/forge.ts';
import type { Store } from '#core/ports/store.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { takingTurns } from '#core/turns.ts';
import { evaluation } from './evaluation.ts';
import { onnxModel } from './onnx.ts';
import { profile as profileOf } from './profile.ts';

export const REPOSITORY = 'acme/risk';
export const SERVING_URL = 'http://serving.test';
export const NUMBER = 7;

type MemoryFiles = Parameters<MemorySourceTree['commit']>[0];

const HOLDOUT = digestOf('holdout');

/** `models/credit/model.yaml` with the given gates and rollout, YAML in flow style. */
export function modelYaml({
  gates = '{benchmark: [{metric: roc_auc, min: 0.75}]}',
  promotion = '{}',
  rollout = '{target: eu, steps: [{weight: 10, for: 10s}, {weight: 50, for: 10s}]}',
}: {
  readonly gates?: string;
  readonly promotion?: string;
  readonly rollout?: string | null;
} = {}): string {
  return `name: credit
task: binary-classification
inputs: {code: ["src/**"], data: [data/train.lock]}
train: {command: python train.py}
evaluate:
  data: data/holdout.lock
  key: id
  label: defaulted
  predict: {output: probabilities}
  groups: [sex]
gates: ${gates}
promotion: ${promotion}
${rollout === null ? '' : `rollout: ${rollout}`}
`;
}

/** The files of the base branch. */
export function baseFiles(changes: MemoryFiles = {}): MemoryFiles {
  return {
    'src/train.py': 'train()',
    'data/train.lock': `uri: data/train.parquet\nsha256: ${'ab'.repeat(32)}\n`,
    'data/holdout.lock': `uri: store:holdout.parquet\nsha256: ${HOLDOUT.slice(7)}\n`,
    'models/credit/model.yaml': modelYaml(),
    'mergeway.yaml': `serving: {targets: {eu: {url: "${SERVING_URL}"}}}`,
    [TRAIN_WORKFLOW]: 'on: pull_request',
    [EVALUATE_WORKFLOW]: 'on: workflow_dispatch',
    ...changes,
  };
}

/** A valid ONNX file whose bytes differ by `name`. */
export function onnxNamed(name: string): Uint8Array {
  return onnxModel({
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: [`y_${name}`] }],
    inputs: [{ name: 'x', type: 'float', shape: [1] }],
    outputs: [{ name: `y_${name}`, type: 'float', shape: [1] }],
  });
}

export interface Line {
  readonly workspace: Workspace;
  readonly forge: MemoryForge;
  readonly source: MemorySourceTree;
  readonly traffic: MemoryTraffic;
  readonly clock: MemoryClock;
  readonly base: string;
  /** Opens pull request #7 with these files on top of the base's; pushes to it when it is open. */
  push(changes: MemoryFiles): PullRequest;
  /** Merges #7: the base branch now has the head's files and whatever else is given. */
  merge(changes?: MemoryFiles): PullRequest;
  /** A finished training run of #7's head; returns its id. */
  trained(options?: TrainingOptions): Promise<number>;
  /** The last dispatched evaluation ends with this evidence; returns its run id. */
  evaluated(changes?: EvaluationOptions): Promise<number>;
}

export interface TrainingOptions {
  readonly onnx?: Uint8Array;
  /** Models of further seeds that the evidence names. */
  readonly seeds?: readonly Uint8Array[];
  /** What is handed over of them; all unless told. */
  readonly handedOver?: readonly Uint8Array[];
  /** Changes what the run says and hands over. */
  readonly run?: Partial<WorkflowRun>;
  readonly claims?: { readonly model?: string; readonly inputDigest?: Digest; readonly subject?: Digest };
  /** Text of the contract that the run says the locked data keeps. */
  readonly validatedBy?: string;
  /** In place of the artifacts. */
  readonly artifacts?: Readonly<Record<string, Uint8Array>>;
}

export interface EvaluationOptions {
  /** Which dispatched run ends; the last one unless told. */
  readonly runId?: number;
  readonly predicate?: Partial<EvaluationPredicate>;
  readonly subject?: Digest;
  readonly run?: Partial<WorkflowRun>;
  /** ROC AUC of the candidate; .80 unless told. */
  readonly rocAuc?: number;
  readonly artifacts?: Readonly<Record<string, Uint8Array>>;
  /** What the run's reference profile says otherwise; null: it hands none over. */
  readonly profile?: { readonly predicate?: Partial<ProfilePredicate>; readonly subject?: Digest } | null;
}

export function memoryLine(files: MemoryFiles = baseFiles(), store: Store = memoryStore()): Line {
  const clock = memoryClock();
  const source = memorySourceTree();
  const forge = memoryForge({ repository: REPOSITORY, source });
  const traffic = memoryTraffic(clock);
  const workspace: Workspace = {
    forge,
    source,
    registry: gtoRegistry(memoryTags()),
    store,
    ledger: store.ledger(REPOSITORY),
    artifacts: memoryArtifactStore(),
    clock,
    signatures: sigstoreVerifier(),
    unzip: (zip, maxBytes) => readZip(zip, { maxBytes }),
    traffic: () => traffic,
    leaseMs: 10_000,
    turns: takingTurns(),
  };
  const base = source.commit(files);
  let headFiles = files;
  let head = '';
  let nextRun = 1;

  return {
    workspace,
    forge,
    source,
    traffic,
    clock,
    base,

    push(changes) {
      headFiles = { ...headFiles, ...changes };
      head = source.commit(headFiles, { branch: 'feature' });
      const pullRequest = openPullRequest(head, base);
      forge.setPullRequest(pullRequest);
      return pullRequest;
    },

    merge(changes = {}) {
      const mergeCommit = source.commit({ ...headFiles, ...changes });
      const merged: PullRequest = {
        ...openPullRequest(head, base),
        state: 'closed',
        merged: true,
        mergeCommit,
      };
      forge.setPullRequest(merged);
      return merged;
    },

    async trained({
      onnx = onnxNamed('candidate'),
      seeds = [],
      handedOver = seeds,
      run = {},
      claims = {},
      validatedBy,
      artifacts,
    } = {}) {
      const id = nextRun++;
      const headSha = run.headSha ?? head;
      const digest = claims.subject ?? digestOf(onnx);
      const inputs = claims.inputDigest ?? (await inputDigestAt(source, headSha, 'credit'));
      const evidence = statement(
        trainingEvidence,
        { name: 'credit', digest },
        {
          mergeway: '0.1.0',
          model: claims.model ?? 'credit',
          commit: headSha,
          inputDigest: inputs ?? digestOf('no inputs'),
          command: 'python train.py',
          params: {},
          metrics: {},
          environment: { platform: 'linux x64', locks: {} },
          seconds: 3,
          ...(seeds.length > 0 && { seeds: seeds.map((seed) => ({ digest: digestOf(seed), seconds: 3 })) }),
        },
      );
      forge.setRun(
        {
          id,
          path: TRAIN_WORKFLOW,
          event: 'pull_request',
          headSha,
          headBranch: 'feature',
          headRepository: REPOSITORY,
          status: 'completed',
          conclusion: 'success',
          url: `https://github.test/runs/${id}`,
          ...run,
        },
        artifacts ?? {
          'mergeway-candidate-credit': zipSync({
            'model.onnx': onnx,
            'training.json': serialize(evidence),
            ...Object.fromEntries(handedOver.map((seed, index) => [`seed-${index + 1}.onnx`, seed])),
            ...(validatedBy !== undefined && { 'validation.json': serialize(validated(validatedBy)) }),
          }),
        },
      );
      return id;
    },

    async evaluated({
      runId: wanted,
      predicate = {},
      subject,
      run = {},
      rocAuc = 0.8,
      artifacts,
      profile = {},
    } = {}) {
      const dispatched = forge.dispatches.findLast(({ runId }) => runId === (wanted ?? runId));
      if (!dispatched) throw new Error('no evaluation was dispatched');
      const { inputs, runId } = dispatched;
      const evidence = evaluation({
        candidate: inputs.candidate as Digest,
        champion: inputs.champion
          ? { digest: inputs.champion as Digest, version: inputs.champion_version ?? '' }
          : null,
        configuration: await policyDigest(source),
        metrics: [
          {
            metric: 'roc_auc',
            candidate: { point: rocAuc, low: rocAuc - 0.02, high: rocAuc + 0.02 },
            champion: null,
            difference: null,
          },
        ],
        ...predicate,
      });
      const bytes = serialize(
        statement(
          evaluationEvidence,
          { name: 'credit', digest: subject ?? (inputs.candidate as Digest) },
          evidence,
        ),
      );
      forge.setRun(
        {
          id: runId,
          path: EVALUATE_WORKFLOW,
          event: 'workflow_dispatch',
          headSha: 'f'.repeat(40),
          headBranch: 'main',
          headRepository: REPOSITORY,
          status: 'completed',
          conclusion: 'success',
          url: `https://github.test/runs/${runId}`,
          ...run,
        },
        artifacts ?? {
          'mergeway-evidence': zipSync({
            'evaluation.json': bytes,
            ...(profile && { 'profile.json': profileBytes(profile, inputs.candidate as Digest) }),
          }),
        },
      );
      return runId;
    },
  };
}

/** Evidence that the locked training data keeps this contract. */
export function validated(contract: string) {
  return statement(
    validationEvidence,
    { name: 'data/train.parquet', digest: `sha256:${'ab'.repeat(32)}` as Digest },
    {
      mergeway: '0.1.0',
      contract: { id: 'credit', version: '1.0.0', digest: digestOf(contract) },
      rows: 10,
      verdict: 'pass',
      rules: [],
    },
  );
}

function openPullRequest(sha: string, base: string): PullRequest {
  return {
    number: NUMBER,
    title: 'Trees',
    state: 'open',
    merged: false,
    author: 'ada',
    head: { sha, ref: 'feature', repository: REPOSITORY },
    base: { sha: base, ref: 'main' },
  };
}

function profileBytes(
  { predicate = {}, subject }: NonNullable<EvaluationOptions['profile']>,
  candidate: Digest,
): Uint8Array {
  const data = { digest: HOLDOUT, uri: 'store:holdout.parquet', rows: 20_000 };
  const about = { name: 'credit', digest: subject ?? candidate };
  return serialize(statement(profileEvidence, about, profileOf({ data, ...predicate })));
}

async function policyDigest(source: MemorySourceTree): Promise<Digest> {
  const commit = (await source.resolve('main')) ?? '';
  const path = 'models/credit/model.yaml';
  const bytes = await source.read(commit, path);
  return configurationDigest(
    parseModelConfig({ path, text: new TextDecoder().decode(bytes ?? new Uint8Array()) }),
  );
}
