// What an action that the runner plays itself is given, and what it gives back: its outputs, or an error for the log.
import type { StepLog } from '../log.ts';
import type { Session } from '../session.ts';

export interface BuiltinCall {
  readonly session: Session;
  readonly inputs: Readonly<Record<string, string>>;
  readonly log: StepLog;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export type Builtin = (call: BuiltinCall) => Promise<Record<string, string>>;
