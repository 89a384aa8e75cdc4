/** `mergeway app`: the door of app/. Its settings are the environment's, since it runs as a service. */

import { defineCommand, type Io, type OptionTable, type Outcome } from '#actions/command.ts';

const options = {} as const satisfies OptionTable;

export const app = defineCommand({
  name: 'app',
  summary: 'Runs the GitHub App: webhooks, checks, promotion, rollouts and the dashboard',
  options,
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
