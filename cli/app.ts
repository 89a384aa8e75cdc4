/** `mergeway app`: the door of app/. Its settings are the environment's, since it runs as a service. */

import { defineCommand, type Io, type OptionTable, type Outcome } from '#actions/command.ts';

/** Held to the schema of the settings by a test. */
const NOTES = `Settings are environment variables; docs/app.md says what each one does.
  needed: GITHUB_APP_ID, GITHUB_PRIVATE_KEY, WEBHOOK_SECRET, MERGEWAY_DATABASE, MERGEWAY_STORE, MERGEWAY_ADMIN_TOKEN
  optional: GITHUB_API_URL, MERGEWAY_GITHUB_THROTTLE, MERGEWAY_PREDICTION_LOG, MERGEWAY_DATA_STORE, MERGEWAY_TRAINING_STORE,
    MERGEWAY_WATCH, MERGEWAY_SERVING_ORIGINS, MERGEWAY_DASHBOARD_TOKEN, MERGEWAY_LEASE, MERGEWAY_PUBLIC_URL, HOST, PORT
  Keys, secrets and tokens can be read from a file by the same name with _FILE.`;

const options = {} as const satisfies OptionTable;

export const app = defineCommand({
  name: 'app',
  summary: 'Runs the GitHub App: webhooks, checks, promotion, rollouts and the dashboard',
  options,
  notes: NOTES,
  examples: [
    'GITHUB_APP_ID=123456 GITHUB_PRIVATE_KEY_FILE=app.pem WEBHOOK_SECRET_FILE=webhook-secret MERGEWAY_DATABASE=.mergeway/database MERGEWAY_STORE=.mergeway/store MERGEWAY_ADMIN_TOKEN_FILE=admin-token mergeway app',
  ],
  run: start,
});

async function start(_given: unknown, io: Io): Promise<Outcome> {
  const { appUntilSignal } = await import('#app/main.ts');
  await appUntilSignal(io.env, (url) => io.announce(`App at ${url}`));
  return { exit: 0, json: { ended: true }, text: '' };
}
