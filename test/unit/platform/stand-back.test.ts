import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { standBack } from '#platform/stand-back.ts';

/** The nice value of each thread of this program, from the kernel. */
function nices(): Set<number> {
  return new Set(
    readdirSync('/proc/self/task').map((thread) => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    }),
  );
}

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'every thread stands back while a run goes on, and no longer',
  async () => {
    const before = nices();
    const standing = await standBack(7);
    expect(nices()).toEqual(new Set([7]));
    await standing[Symbol.asyncDispose]();
    expect(nices()).toEqual(new Set([0]));
    expect(before).toEqual(new Set([0]));
    expect(standing.stays()).toBe(false);
    await (await standBack(0))[Symbol.asyncDispose]();
  },
);
