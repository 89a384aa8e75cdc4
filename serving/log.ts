/** What a running server says: a fixed message and fields, one JSON object a line. */

type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) => void;

/** Lines on stderr; stdout belongs to the command's answer. */
export const stderrLog: Log = (level, message, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
};

/** An error in one line, for a field. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
