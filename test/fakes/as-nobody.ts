import type { TestContext } from 'vitest';

const NOBODY = 65534;

/** Runs `work` with the rights of nobody; skips the test, saying so, where there is no root to drop. */
export async function asNobody(context: TestContext, work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0 || !process.setegid || !process.seteuid || !process.setgroups) {
    context.skip('only root can drop its rights');
    return;
  }
  const groups = process.getgroups?.() ?? [];
  process.setgroups([]);
  process.setegid(NOBODY);
  process.seteuid(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid(0);
    process.setegid(0);
    process.setgroups(groups);
  }
}
