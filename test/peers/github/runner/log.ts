// The log of one step: a file, with every secret masked, and the workflow commands (`::error::…`) taken out of it.
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** `::name key=value,key=value::text` */
const COMMAND = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/;
/** A log that grows beyond this is cut, so that a loop in a job can't fill the disk. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Secrets of a job; what matches is shown as three stars. */
export class Masks {
  private readonly secrets = new Set<string>();

  add(secret: string): void {
    for (const line of [secret, ...secret.split(/\r?\n/)]) if (line.trim() !== '') this.secrets.add(line);
  }

  hide(text: string): string {
    let hidden = text;
    for (const secret of [...this.secrets].sort((a, b) => b.length - a.length))
      hidden = hidden.replaceAll(secret, '***');
    return hidden;
  }
}

export class StepLog {
  private readonly file: WriteStream;
  private readonly masks: Masks;
  private readonly onCommand: (command: Command) => void;
  private written = 0;
  private stopToken: string | undefined;

  constructor(path: string, masks: Masks, onCommand: (command: Command) => void) {
    this.file = createWriteStream(path);
    this.masks = masks;
    this.onCommand = onCommand;
  }

  /** Takes one line of a process's output: a command, or text. */
  line(text: string): void {
    const command = parseCommand(text);
    if (command && this.stopToken === undefined) this.obey(command);
    else if (command && command.name === this.stopToken) this.stopToken = undefined;
    else this.write(text);
  }

  /** Writes without looking for commands: what the runner itself says. */
  write(text: string): void {
    const line = `${this.masks.hide(text)}\n`;
    this.written += line.length;
    if (this.written <= MAX_LOG_BYTES) this.file.write(line);
  }

  async close(): Promise<void> {
    this.file.end();
    await finished(this.file).catch(() => undefined);
  }

  private obey(command: Command): void {
    if (command.name === 'stop-commands') this.stopToken = command.text;
    else if (command.name === 'add-mask') this.masks.add(command.text);
    else {
      this.onCommand(command);
      this.write(shown(command));
    }
  }
}

function parseCommand(line: string): Command | undefined {
  const match = COMMAND.exec(line.trim());
  if (!match) return undefined;
  const [, name = '', list = '', text = ''] = match;
  const pairs = list.split(',').filter((pair) => pair.includes('='));
  const properties = pairs.map((pair) => [
    pair.slice(0, pair.indexOf('=')).trim(),
    decoded(pair.slice(pair.indexOf('=') + 1)),
  ]);
  return { name, properties: Object.fromEntries(properties), text: decoded(text) };
}

function decoded(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function shown({ name, text }: Command): string {
  if (name === 'group') return `▸ ${text}`;
  if (name === 'endgroup') return '';
  return `${name}: ${text}`;
}
