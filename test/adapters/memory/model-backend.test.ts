import { memoryModelBackend } from '#adapters/memory/model-backend.ts';
import { modelBackendContract } from '#test/contracts/model-backend.ts';
import { adding, lookingUp } from '#test/support/function-models.ts';

modelBackendContract('functions in memory', () => ({
  backend: memoryModelBackend({ adds2: adding(2), looksUp: lookingUp(10, 20, 30) }),
  adds2: Buffer.from('adds2'),
  looksUp: Buffer.from('looksUp'),
  broken: Buffer.from('hello'),
}));
