/** Where long work says how far it is; people read it on stderr. */
export interface Progress {
  /** One line, without a line break: what is happening now. */
  say(line: string): void;
}
