import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';

test('docs/operations.md lists every exit status as the programs have it', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) \| ([a-z-]+) \| .+ \| (yes|no) \|$/gm)];
  const listed = rows.map(([, exit, code, retry]) => [code, { exit: Number(exit), retry: retry === 'yes' }]);
  expect(Object.fromEntries(listed)).toEqual(ERRORS);
});

test('no two codes share an exit status', () => {
  const statuses = Object.values(ERRORS).map(({ exit }) => exit);
  expect(new Set(statuses).size).toBe(statuses.length);
});
