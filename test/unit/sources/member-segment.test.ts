import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberSegment } from '#sources/member-segment.ts';

describe('memberSegment', () => {
  it.each([
    ['cert', 'cert'],
    ['biostar2_ac-1', 'biostar2_ac-1'],
    ['a/b', 'a%2Fb'],
    ['..', '%2E%2E'],
    ['server.conf', 'server%2Econf'],
    ['ü', '%C3%BC'],
  ])('keeps %j readable as %j', (name, segment) => {
    expect(memberSegment(name)).toBe(segment);
  });

  it('tells names apart that a file system may fold to one', () => {
    const names = ['ac', 'AC', 'Ac', 'aC', '\u00e9', 'e\u0301', '\u00c9'];
    const folded = names.map((name) => memberSegment(name).toLowerCase().normalize('NFC'));
    expect(new Set(folded).size).toBe(names.length);
    expect(memberSegment('AC')).toMatch(/^AC=[0-9a-f]{12}$/);
  });

  it.each(['con', 'NUL', 'com1', 'lpt9'])('never gives the device name %s', (name) => {
    expect(memberSegment(name)).toMatch(new RegExp(`^${name}=[0-9a-f]{12}$`));
  });

  it('gives a name of 64 letters of three bytes a segment that file systems can hold', () => {
    const segment = memberSegment('界'.repeat(64));
    expect(segment).toMatch(/^(%[0-9A-F]{2})+=[0-9a-f]{12}$/);
    expect(segment.length).toBeLessThanOrEqual(64);
  });

  it('gives every two names two segments, also when case is folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        fc.pre(one !== other && one.isWellFormed() && other.isWellFormed());
        expect(memberSegment(one).toLowerCase()).not.toBe(memberSegment(other).toLowerCase());
        expect(memberSegment(one)).toMatch(/^[A-Za-z0-9_%=-]{1,64}$/);
      }),
    );
  });
});
