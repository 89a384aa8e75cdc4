/** Runs the App until the process is asked to end. `mergeway app` comes here. */

import { readOptions } from './options.ts';
import { startApp } from './server.ts';

/** Starts, announces the URL, and resolves after SIGTERM or SIGINT when everything is closed. */
export async function appUntilSignal(
  environment: Readonly<Record<string, string | undefined>>,
  onListening: (url: string) => void,
): Promise<void> {
  const asked = new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const app = await startApp(readOptions(environment));
  onListening(app.url);
  await asked;
  await app.close();
}
