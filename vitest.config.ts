import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They have scripts of their own (CONTRIBUTING.md).
    exclude: ['test/windows/**', 'test/packages/**'],
    globalSetup: ['test/fakes/global-setup.ts'],
    setupFiles: ['test/fakes/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What comes in the end counts, not how fast: its second is short on a machine that is busy.
    expect: { poll: { timeout: 20_000 } },
    // Two cores: more files at once only make servers and temporary folders compete.
    maxWorkers: 2,
  },
});
