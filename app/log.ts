/** Log lines: a fixed message and fields, one JSON object a line on stderr. Tokens are blotted out wherever they stand. */

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** GitHub's tokens of every age, and PEM keys. */
const SECRETS =
  /gh[pousr]_[A-Za-z0-9._-]{20,}|github_pat_\w{20,}|-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g;

export function jsonLog(write: (line: string) => void): Log {
  const line =
    (level: string) =>
    (message: string, fields: Fields = {}): void =>
      write(
        JSON.stringify({ at: new Date().toISOString(), level, message, ...fields }).replaceAll(
          SECRETS,
          '***',
        ),
      );
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** An error as one line; an aggregate as its first cause. */
export function sentence(error: unknown): string {
  const inner = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const cause = inner instanceof Error ? inner.message : String(inner);
  return cause.slice(0, 1000);
}
