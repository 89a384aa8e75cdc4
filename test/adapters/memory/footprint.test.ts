import { memoryFootprint } from '#adapters/memory/footprint.ts';
import { footprintContract } from '#test/contracts/footprint.ts';

footprintContract('memory', () => ({
  meter: memoryFootprint(),
  model: new TextEncoder().encode('model'),
  row: {},
  broken: new TextEncoder().encode('broken'),
}));
