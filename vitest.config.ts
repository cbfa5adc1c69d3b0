import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,property,golden,invalid}/**/*.test.ts'],
    globalSetup: ['test/setup/templates.ts'],
    testTimeout: 20_000,
  },
});
