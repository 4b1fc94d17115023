import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm run test:packages`: what takes minutes and a Debian of its own; no part of npm test. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/packages/**/*.long.ts'],
    testTimeout: 600_000,
    hookTimeout: 1_200_000,
    // Each goes on where the one before ended.
    bail: 1,
    expect: { poll: { timeout: 60_000 } },
  },
});
