/** Server and model metadata, and model readiness (Open Inference Protocol V2). */

import type { FastifyInstance } from 'fastify';
import type { Dtype } from '#core/config/features.ts';
import { MergewayError } from '#core/errors.ts';
import type { Datatype } from '#core/ports/model-backend.ts';
import { VERSION } from '#core/version.ts';
import type { FeaturePlan } from '../features/feature-plan.ts';
import type { ModelHost } from '../host.ts';
import type { ServedVersion } from '../served-version.ts';

interface ModelPath {
  Params: { readonly model: string; readonly version?: string };
}

/** What the protocol calls ONNX models. */
const PLATFORM = 'onnx_onnxv1';

/** The datatype that carries a request field best; a time may also be microseconds in INT64. */
const FIELD_TYPES = {
  Int32: 'INT32',
  Int64: 'INT64',
  Float32: 'FP32',
  Float64: 'FP64',
  String: 'BYTES',
  Bool: 'BOOL',
  UnixTimestamp: 'BYTES',
} as const satisfies Readonly<Record<Dtype, Datatype>>;

export function metadataRoutes(app: FastifyInstance, { host }: { readonly host: ModelHost }): void {
  app.get('/v2', async () => ({ name: 'mergeway', version: VERSION, extensions: [] }));

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get<ModelPath>(path, async ({ params }) => {
      const { loaded, prepared } = find(host, params);
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
        ...(prepared?.features && { features: describeFeatures(prepared.features) }),
      };
    });

    app.get<ModelPath>(`${path}/ready`, async ({ params }, reply) => {
      const ready = host.model(params.model).ready && find(host, params) !== undefined;
      return reply.code(ready ? 200 : 503).send({ name: params.model, ready });
    });
  }
}

/** What a client may leave out, and what it must bring then. The protocol lets metadata have further members. */
function describeFeatures({ service, joinKeys, binding, provided }: FeaturePlan) {
  return {
    service: service.name,
    entity_keys: joinKeys,
    request_fields: service.requestFields.map(({ name, dtype }) => ({ name, datatype: FIELD_TYPES[dtype] })),
    provided: [...provided.keys()],
    columns: binding.inputs.flatMap(({ columns }) => columns),
  };
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
