import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memberPathProblem, pathSet } from '#archive/member-path.ts';
import { bytePath } from '#sources/files/byte-path.ts';
import { memberNames } from '#sources/files/entries/member-names.ts';

test('a person finds a file by its name', () => {
  const name = memberNames();
  expect(name(bytePath('sub/server.conf'), '')).toBe('data/sub/server.conf');
  expect(name(bytePath('my file (1).txt'), '')).toBe('data/my%20file%20%281%29.txt');
  expect(name(bytePath('.hidden'), '')).toBe('data/%2Ehidden');
  expect(name(bytePath('CON'), '.zst')).toBe('data/%43ON.zst');
});

test('twins but for case, a file beside a folder of its name, and long names all get a place of their own', () => {
  const name = memberNames();
  const given = ['README', 'readme', 'a', 'A/b', 'x.zst', 'n'.repeat(300), 'd/'.repeat(300).concat('f')].map(
    (path) => name(bytePath(path), ''),
  );
  given.push(name(bytePath('x'), '.zst'));
  expect(new Set(given.map((member) => member.toLowerCase())).size).toBe(given.length);
});

test('whatever the paths, the archive takes every member', () => {
  const segment = fc
    .oneof(
      fc.string({ minLength: 1, unit: 'binary', maxLength: 40 }),
      fc.constantFrom('a', 'A', 'con', '.x', 'b.'),
    )
    .map((text) => text.replaceAll('/', '_').replaceAll('\0', '_'))
    .filter((text) => text !== '.' && text !== '..');
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 40 }), (paths) => {
      const name = memberNames();
      const taken = pathSet();
      for (const each of paths) {
        const member = `folder/conf/${name(bytePath(each), '')}`;
        expect(memberPathProblem(member), member).toBeUndefined();
        expect(taken.claim(member), member).toBeUndefined();
      }
    }),
  );
});
