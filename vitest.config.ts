import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const all = 'test/{unit,property,golden,invalid}/**/*.test.ts';
const speed = 'test/unit/speed.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/setup/templates.ts'],
    testTimeout: 40_000,
    chaiConfig: { truncateThreshold: 0 }, // a failure that is seen once, in CI, is read from its message alone
    maxWorkers: availableParallelism(), // vitest alone would leave one processor idle
    projects: [
      { extends: true, test: { name: 'all', include: [all], exclude: [speed] } },
      // When all others have ended: beside them, it would measure them too.
      { extends: true, test: { name: 'speed', include: [speed], sequence: { groupOrder: 1 } } },
    ],
  },
});
