/** A folded part of the report, in one or several lengths. */

export interface Detail {
  /** Ready Markdown for a summary. */
  readonly title: string;
  /** The same at several lengths, longest first; never empty. */
  readonly bodies: readonly [string, ...string[]];
  readonly isOpen?: boolean;
}

export function fold({ title, isOpen }: Detail, body: string): string {
  return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
