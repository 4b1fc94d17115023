import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberPathProblem, pathSet } from '#archive/member-path.ts';
import { memberSegment } from '#sources/member-segment.ts';

describe('memberPathProblem', () => {
  it('allows every path that is made of safe segments', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (names) => {
        expect(memberPathProblem(names.map(memberSegment).join('/'))).toBeUndefined();
      }),
    );
  });

  it('allows nothing that Node would resolve to a place outside a folder', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        fc.pre(memberPathProblem(path) === undefined);
        expect(path).toMatch(/^[\x21-\x7e]+$/);
        expect(path.split('/')).not.toContain('..');
      }),
    );
  });
});

describe('pathSet', () => {
  it('frees what a path took when it is released', () => {
    const paths = pathSet();
    expect(paths.claim('folder/x/a')).toBeUndefined();
    expect(paths.claim('FOLDER/X')).toBeDefined();
    paths.release('folder/x/a');
    expect(paths.claim('FOLDER/X')).toBeUndefined();
  });
});
