/** Server and model metadata, and model readiness (Open Inference Protocol V2). */

import type { FastifyInstance } from 'fastify';
import { MergewayError } from '#core/errors.ts';
import { VERSION } from '#core/version.ts';
import type { ModelHost } from '../host.ts';
import type { ServedVersion } from '../served-version.ts';

interface ModelPath {
  Params: { readonly model: string; readonly version?: string };
}

/** What the protocol calls ONNX models. */
const PLATFORM = 'onnx_onnxv1';

export function metadataRoutes(app: FastifyInstance, { host }: { readonly host: ModelHost }): void {
  app.get('/v2', async () => ({ name: 'mergeway', version: VERSION, extensions: [] }));

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get<ModelPath>(path, async ({ params }) => {
      const { loaded } = find(host, params);
      const names = host
        .model(params.model)
        .versions()
        .flatMap(({ version }) => version ?? []);
      const { inputs, outputs } = loaded.model;
      return {
        name: params.model,
        ...(names.length > 0 ? { versions: names } : {}),
        platform: PLATFORM,
        inputs,
        outputs,
      };
    });

    app.get<ModelPath>(`${path}/ready`, async ({ params }, reply) => {
      const ready = host.model(params.model).ready && find(host, params) !== undefined;
      return reply.code(ready ? 200 : 503).send({ name: params.model, ready });
    });
  }
}

function find(host: ModelHost, { model, version }: ModelPath['Params']): ServedVersion {
  const versions = host.model(model).versions();
  if (versions.length === 0) throw new MergewayError('MW_MODEL_NOT_READY', `model ${model} is not loaded`);
  const found = version === undefined ? versions[0] : versions.find((served) => served.version === version);
  if (found) return found;
  throw new MergewayError(
    'MW_MODEL_NOT_SERVED',
    `model ${model} has no version ${JSON.stringify(version)} in traffic`,
  );
}
