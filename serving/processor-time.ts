/** Processor time of this thread as a clock, ms. */

import type { Clock } from '#core/ports/clock.ts';

export const processorTime: Clock = {
  now() {
    // Linux brings a thread's own time up to date at its timer's ticks, 4 ms apart, and at once only for who asks of the whole process.
    process.cpuUsage();
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  },
};
