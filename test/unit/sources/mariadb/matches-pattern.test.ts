import { expect, test } from 'vitest';
import { matchesPattern } from '#sources/mariadb/matches-pattern.ts';

test.each([
  ['ac', 'ac', true],
  ['acx', 'ac', false],
  ['channel', 'ch%', true],
  ['arch', 'ch%', false],
  ['a_c', 'a\\_c', true],
  ['abc', 'a\\_c', false],
  ['abc', 'a_c', true],
  ['50%', '50\\%', true],
  ['500', '50\\%', false],
  ['a.c', 'a.c', true],
  ['abc', 'a.c', false],
  ['ü漢😀', '__😀', true],
  ['line\nbreak', 'line%', true],
  ['(x)[y]{z}-/|^$*+?', '(x)[y]{z}-/|^$*+?', true],
])('database %j under pattern %j: %s', (database, pattern, expected) => {
  expect(matchesPattern(database, pattern)).toBe(expected);
});
