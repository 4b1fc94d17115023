import { defineConfig } from 'vitest/config';

/** `npm run test:windows`: what is made for Windows, under Wine. Long, so not a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/windows/*.test.ts'],
    globalSetup: ['test/windows/hide-from-node.ts'],
    // One Wine for all, whose services go on between the tests.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 900_000,
  },
});
