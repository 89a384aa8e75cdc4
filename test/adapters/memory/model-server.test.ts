import { memoryModelServer } from '#adapters/memory/model-server.ts';
import { modelServerContract } from '#test/contracts/model-server.ts';

modelServerContract('memory', () => {
  const server = memoryModelServer();
  return {
    server,
    adds2: new TextEncoder().encode('adds2'),
    broken: new TextEncoder().encode('broken'),
    running: async () => server.running,
  };
});
