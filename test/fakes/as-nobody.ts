import type { TestContext } from 'vitest';
import { asAccount } from './as-account.ts';

const NOBODY = { uid: 65534, gid: 65534 };

/** Runs `work` with the rights of nobody; skips the test, saying so, where there is no root to drop. */
export async function asNobody(context: TestContext, work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) {
    context.skip('only root can drop its rights');
    return;
  }
  await asAccount(NOBODY, work);
}
