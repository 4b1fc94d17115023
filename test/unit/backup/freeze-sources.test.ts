import { expect, test } from 'vitest';
import { freezeSources } from '#backup/freeze-sources.ts';
import type { Progress } from '#platform/progress.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { plainSource } from '../../fakes/plain-source.ts';

const two = () =>
  [plainSource('a', { x: Buffer.alloc(10) }), plainSource('b', { y: Buffer.alloc(5) })] as const;

test('all sources are frozen, counted together, and released by dispose', async () => {
  const sources = two();
  const shown: Progress[] = [];
  {
    await using frozen = await freezeSources(sources, (progress) => shown.push(progress), NEVER);
    expect(frozen.bytes).toBe(15);
    expect(frozen.views.map(({ source }) => source)).toEqual(['folder/a', 'folder/b']);
    expect(frozen.takenAt.toString()).toBe('2026-04-10T21:45:01Z');
    expect(sources.map((source) => source.open())).toEqual([1, 1]);
  }
  expect(sources.map((source) => source.open())).toEqual([0, 0]);
  expect(shown.map(({ item, done, total }) => `${item} ${done}/${total}`)).toEqual([
    'folder/a 0/2',
    'folder/b 1/2',
  ]);
});

test('if one cannot be frozen, those before it are released', async () => {
  const sources = two();
  sources[1].failAt = { freeze: new Error('server unreachable') };
  await expect(freezeSources(sources, () => undefined, NEVER)).rejects.toThrow('server unreachable');
  expect(sources[1].fired()).toBe(1);
  expect(sources[0].open()).toBe(0);
});

test('stop between two sources releases the first', async () => {
  const sources = two();
  const stop = new AbortController();
  const stopAtFirst = (): void => stop.abort(new Error('somebody said stop'));
  await expect(freezeSources(sources, stopAtFirst, stop.signal)).rejects.toThrow('somebody said stop');
  expect(sources.map((source) => source.open())).toEqual([0, 0]);
});
