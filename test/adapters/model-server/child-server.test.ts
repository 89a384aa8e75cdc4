import { join } from 'node:path';
import { childModelServer } from '#adapters/model-server/child-server.ts';
import { modelServerContract } from '#test/contracts/model-server.ts';
import { addModel } from '#test/support/onnx.ts';

const MERGEWAY = join(import.meta.dirname, '../../../cli/main.ts');

modelServerContract('a child process', () => ({
  server: childModelServer({ command: [process.execPath, MERGEWAY] }),
  adds2: addModel(2),
  broken: Buffer.from('hello'),
  running: async () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length,
}));
