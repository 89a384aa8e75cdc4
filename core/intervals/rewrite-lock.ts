/** A data lock's text with new values: comments, order and style stay as people wrote them, where the text is plain enough. */

import { parseDocument, stringify } from 'yaml';
import { parseDataLock, type SourceText } from '../config/load.ts';
import type { DataLock } from '../config/lock.ts';
import { canonicalJson } from '../json.ts';

/** What another snapshot changes in a lock. */
export interface LockChanges {
  readonly uri: string;
  readonly sha256: string;
  readonly rows: number;
  readonly interval: { readonly from: string; readonly to: string };
}

/** The text of the lock with these values. */
export function rewriteLock(source: SourceText, changes: LockChanges): string {
  const wanted: DataLock = { ...parseDataLock(source), ...changes };
  const text = inPlace(source.text, changes);
  return saysThe(wanted, { path: source.path, text }) ? text : stringify(wanted);
}

function inPlace(text: string, { uri, sha256, rows, interval }: LockChanges): string {
  const document = parseDocument(text);
  document.set('uri', uri);
  document.set('sha256', sha256);
  document.set('rows', rows);
  if (document.has('interval')) {
    document.setIn(['interval', 'from'], interval.from);
    document.setIn(['interval', 'to'], interval.to);
  } else document.set('interval', document.createNode(interval, { flow: true }));
  return document.toString({ lineWidth: 0, flowCollectionPadding: /\{ /.test(text) });
}

/** Anchors, merges and tags can make a changed text say something else. */
function saysThe(wanted: DataLock, source: SourceText): boolean {
  try {
    return canonicalJson(parseDataLock(source)) === canonicalJson(wanted);
  } catch {
    return false;
  }
}
