import { defineConfig } from 'vitest/config';

/** `npm run test:packages`: the Debian packages in a Debian of their own. Long, so not a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/packages/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 1_200_000,
    // Each goes on where the one before ended.
    bail: 1,
    expect: { poll: { timeout: 60_000 } },
  },
});
