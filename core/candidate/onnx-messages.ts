/**
 * The messages of an ONNX file as a tree, as far as Mergeway looks: names, operators, types and where tensors keep their data.
 * Field numbers are those of onnx.proto (IR version 13). Depth and number of messages are capped, so that no file makes the
 * reader hang or overflow.
 */

import { MergewayError } from '../errors.ts';
import { readFields } from './protobuf.ts';

type Kind =
  | 'model'
  | 'graph'
  | 'node'
  | 'attribute'
  | 'tensor'
  | 'sparse'
  | 'external'
  | 'value'
  | 'type'
  | 'opset'
  | 'training'
  | 'function';

export interface Message {
  readonly kind: Kind;
  /** Field number in the message around it. */
  readonly field: number;
  readonly children: readonly Message[];
  /** Texts by field number, cut to 1,000 bytes. */
  readonly text: Readonly<Record<number, string>>;
  readonly number: Readonly<Record<number, number>>;
  /** Every field number that occurs. */
  readonly fields: ReadonlySet<number>;
}

interface Shape {
  readonly children?: Readonly<Record<number, Kind>>;
  readonly text?: readonly number[];
  readonly number?: readonly number[];
}

const SHAPES: Readonly<Record<Kind, Shape>> = {
  model: { children: { 7: 'graph', 8: 'opset', 20: 'training', 25: 'function' }, text: [2, 3], number: [1] },
  graph: { children: { 1: 'node', 5: 'tensor', 11: 'value', 12: 'value', 15: 'sparse' } },
  node: { children: { 5: 'attribute' }, text: [3, 4, 7] },
  attribute: {
    children: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  },
  tensor: { children: { 13: 'external' }, text: [8], number: [14] },
  sparse: { children: { 1: 'tensor', 2: 'tensor' } },
  external: { text: [1, 2] },
  value: { children: { 2: 'type' }, text: [1] },
  type: {},
  opset: { text: [1], number: [2] },
  training: { children: { 1: 'graph', 2: 'graph' } },
  function: { children: { 7: 'node', 9: 'opset', 11: 'attribute' }, text: [1, 10] },
};

/** Subgraphs nest by three messages each; real models stay below ten. */
const MAX_DEPTH = 100;
const MAX_MESSAGES = 2_000_000;
const MAX_TEXT_BYTES = 1000;

const utf8 = new TextDecoder('utf-8');

/** The whole file as a message. MW_MODEL_INVALID when it is no protobuf, or one beyond the caps. */
export function readOnnxMessages(bytes: Uint8Array): Message {
  let messages = 0;

  function read(kind: Kind, field: number, start: number, end: number, depth: number): Message {
    messages++;
    if (depth > MAX_DEPTH) throw refused(`messages nest deeper than ${MAX_DEPTH}`);
    if (messages > MAX_MESSAGES) throw refused(`more than ${MAX_MESSAGES} nodes, tensors and attributes`);

    const shape = SHAPES[kind];
    const children: Message[] = [];
    const text: Record<number, string> = {};
    const number: Record<number, number> = {};
    const fields = new Set<number>();
    readFields(bytes, start, end, (found) => {
      fields.add(found.number);
      const child = shape.children?.[found.number];
      const isText = shape.text?.includes(found.number);
      if ((child || isText) && found.wire !== 'bytes') {
        throw refused(`field ${found.number} of a ${kind} is no text and no message`);
      }
      if (child) children.push(read(child, found.number, found.start, found.end, depth + 1));
      if (isText) text[found.number] = textOf(bytes, found.start, found.end);
      if (shape.number?.includes(found.number)) number[found.number] = found.value;
    });
    return { kind, field, children, text, number, fields };
  }

  return read('model', 0, 0, bytes.length, 0);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return utf8.decode(bytes.subarray(start, Math.min(end, start + MAX_TEXT_BYTES)));
}

function refused(what: string): MergewayError {
  return new MergewayError('MW_MODEL_INVALID', `the ONNX file is refused: ${what}`);
}
