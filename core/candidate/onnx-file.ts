/**
 * Looks into an ONNX file before any runtime does. A candidate is one self-contained file: data kept in other files could name
 * any path of the machine that loads it; operators of unknown domains need libraries nobody has; sequences and maps (scikit-learn's
 * ZipMap) can't be served. Nothing of the file is executed or trusted.
 */

import { MergewayError } from '../errors.ts';
import { type Message, readOnnxMessages } from './onnx-messages.ts';

export interface OnnxSummary {
  readonly irVersion: number;
  /** Operator set versions by domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  /** Inputs that have to be fed: those with an initializer are left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Nodes, those of subgraphs and functions included. */
  readonly nodes: number;
}

const KNOWN_DOMAINS: readonly string[] = ['ai.onnx', 'ai.onnx.ml', 'ai.onnx.training', 'com.microsoft'];

/** Field numbers of a type that is no tensor: sequence, map, opaque, sparse tensor, optional. */
const OTHER_TYPES: readonly number[] = [4, 5, 7, 8, 9];
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;
const DATA_EXTERNAL = 1;

/** The file's summary. MW_MODEL_INVALID when it is no ONNX file, or one that Mergeway refuses. */
export function inspectOnnx(bytes: Uint8Array): OnnxSummary {
  const model = readOnnxMessages(bytes);
  const graph = model.children.find(({ kind }) => kind === 'graph');
  const irVersion = model.number[1];
  if (!graph || irVersion === undefined) throw invalid('not an ONNX file: it has no graph or no IR version');

  const { nodes, tensors } = parts(model);
  refuseExternalData(tensors);
  refuseForeignOperators(model, nodes);
  const values = model.children.filter(({ kind }) => kind === 'graph').flatMap(({ children }) => children);
  refuseOtherThanTensors(values);
  const outputs = namesOf(values, GRAPH_OUTPUT);
  if (outputs.length === 0) throw invalid('the graph has no output');

  const constants = new Set(values.filter(({ kind }) => kind === 'tensor').map(({ text }) => text[8]));
  return {
    irVersion,
    opsets: opsetsOf(model),
    producer: [model.text[2], model.text[3]].filter(Boolean).map(shown).join(' '),
    inputs: namesOf(values, GRAPH_INPUT).filter((name) => !constants.has(name)),
    outputs,
    nodes: nodes.length,
  };
}

/** Every node and tensor of the file, wherever it is nested. */
function parts(model: Message): { readonly nodes: readonly Message[]; readonly tensors: readonly Message[] } {
  const nodes: Message[] = [];
  const tensors: Message[] = [];
  const open = [model];
  for (let message = open.pop(); message; message = open.pop()) {
    if (message.kind === 'node') nodes.push(message);
    if (message.kind === 'tensor') tensors.push(message);
    for (const child of message.children) open.push(child);
  }
  return { nodes, tensors };
}

function refuseExternalData(tensors: readonly Message[]): void {
  const outside = tensors.find(({ children, number }) => children.length > 0 || number[14] === DATA_EXTERNAL);
  if (!outside) return;
  const location = outside.children.find(({ text }) => text[1] === 'location')?.text[2];
  throw invalid(
    `tensor ${quoted(outside.text[8])} keeps its data outside the file, at ${quoted(location)}; a candidate is one self-contained file`,
  );
}

/** Functions that the file defines may have any domain; their nodes were collected with all others. */
function refuseForeignOperators(model: Message, nodes: readonly Message[]): void {
  const functions = new Set(
    model.children.filter(({ kind }) => kind === 'function').map(({ text }) => `${text[10]}\0${text[1]}`),
  );
  const foreign = nodes.find(
    ({ text }) => !KNOWN_DOMAINS.includes(domainOf(text[7])) && !functions.has(`${text[7]}\0${text[4]}`),
  );
  if (foreign) {
    throw invalid(
      `operator ${quoted(foreign.text[4])} is of domain ${quoted(foreign.text[7])}; known are ${KNOWN_DOMAINS.join(', ')}`,
    );
  }
  if (nodes.some(({ text }) => text[7] === 'com.microsoft' && text[4] === 'EPContext')) {
    throw invalid('operator "EPContext" loads a compiled model from outside the file');
  }
}

function refuseOtherThanTensors(values: readonly Message[]): void {
  const other = values.find(
    ({ kind, children }) =>
      kind === 'value' && children.some(({ fields }) => OTHER_TYPES.some((type) => fields.has(type))),
  );
  if (!other) return;
  const side = other.field === GRAPH_OUTPUT ? 'output' : 'input';
  const way = side === 'output' ? "; export scikit-learn models with options={'zipmap': False}" : '';
  throw invalid(`${side} ${quoted(other.text[1])} is a sequence or a map, not a tensor${way}`);
}

function namesOf(values: readonly Message[], field: number): readonly string[] {
  return values
    .filter((value) => value.kind === 'value' && value.field === field)
    .map(({ text }) => text[1] ?? '');
}

function opsetsOf({ children }: Message): Readonly<Record<string, number>> {
  const opsets = children.filter(({ kind }) => kind === 'opset');
  return Object.fromEntries(opsets.map(({ text, number }) => [domainOf(text[1]), number[2] ?? 0]));
}

function domainOf(domain: string | undefined): string {
  return domain || 'ai.onnx';
}

function quoted(text: string | undefined): string {
  return JSON.stringify(shown(text ?? ''));
}

/** At most 100 characters of a text that somebody else wrote, without control characters. */
function shown(text: string | undefined): string {
  return (text ?? '').replace(/\p{C}/gu, '�').slice(0, 100);
}

function invalid(message: string): MergewayError {
  return new MergewayError('MW_MODEL_INVALID', message);
}
