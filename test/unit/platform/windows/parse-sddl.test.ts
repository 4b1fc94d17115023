import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSddl } from '#platform/windows/parse-sddl.ts';

/** Of a folder below C:\ProgramData, as Windows itself sets it up. */
const PROGRAM_DATA =
  'O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)';

test('owner, group and the entries of a list are read, in their order', () => {
  expect(parseSddl(PROGRAM_DATA)).toEqual({
    owner: 'BA',
    group: 'SY',
    entries: [
      { allows: true, flags: ['OI', 'CI', 'ID'], rights: 0x1f01ff, account: 'SY' },
      { allows: true, flags: ['OI', 'CI', 'ID'], rights: 0x1f01ff, account: 'BA' },
      { allows: true, flags: ['OI', 'CI', 'IO', 'ID'], rights: 0x10000000, account: 'CO' },
      { allows: true, flags: ['OI', 'CI', 'ID'], rights: 0x1200a9, account: 'BU' },
      { allows: true, flags: ['CI', 'ID'], rights: 0x116, account: 'BU' },
    ],
  });
});

test('SIDs written out, refusals, numbers and letters of rights are read', () => {
  const text =
    'O:S-1-5-21-0-0-0-1000D:PAI(D;;WDWO;;;S-1-5-21-1-2-3-1001)(A;;GR;;;WD)(A;;2032127;;;SY)(A;;;;;OW)';
  expect(parseSddl(text)).toEqual({
    owner: 'S-1-5-21-0-0-0-1000',
    entries: [
      { allows: false, flags: [], rights: 0xc0000, account: 'S-1-5-21-1-2-3-1001' },
      { allows: true, flags: [], rights: 0x80000000, account: 'WD' },
      { allows: true, flags: [], rights: 0x1f01ff, account: 'SY' },
      { allows: true, flags: [], rights: 0, account: 'OW' },
    ],
  });
});

test('a condition is passed over with its parentheses and texts', () => {
  const text = 'D:(XA;;FR;;;AU;(@User.Title=="a)(b" && (Member_of {SID(BA)})))(A;;FA;;;SY)';
  expect(parseSddl(text)?.entries).toMatchObject([{ account: 'AU', rights: 0x120089 }, { account: 'SY' }]);
});

test('no list at all is another thing than an empty one', () => {
  expect(parseSddl('O:BAD:NO_ACCESS_CONTROL')).toEqual({ owner: 'BA', entries: undefined });
  expect(parseSddl('O:BAG:BA')).toEqual({ owner: 'BA', group: 'BA', entries: undefined });
  expect(parseSddl('O:BAD:P')).toEqual({ owner: 'BA', entries: [] });
});

test.each([
  ['text behind it', `${PROGRAM_DATA} `],
  ['a list that is cut', PROGRAM_DATA.slice(0, -1)],
  ['an entry that is cut', 'D:(A;OICI;FA;;)'],
  ['an unknown type', 'D:(Q;;FA;;;SY)'],
  ['unknown rights', 'D:(A;;ZZ;;;SY)'],
  ['half of a right', 'D:(A;;FAF;;;SY)'],
  ['an unknown flag', 'D:(A;XX;FA;;;SY)'],
  ['no account', 'D:(A;;FA;;;)'],
  ['text between entries', 'D:(A;;FA;;;SY) (A;;FA;;;BA)'],
  ['entries of no list', 'D:NO_ACCESS_CONTROL(A;;FA;;;SY)'],
  ['a text that has no end', 'D:(XA;;FR;;;AU;(@User.Title=="a))'],
  ['another order', 'G:SYO:BAD:(A;;FA;;;SY)'],
])('refused: %s', (_, text) => {
  expect(parseSddl(text)).toBe(undefined);
});

test('no text makes it throw, or read an entry that is not there', () => {
  const pieces = fc.array(
    fc.constantFrom(
      ...['O:', 'G:', 'D:', 'BA', 'P', 'AI', '(', ')', 'A', ';', ';;;', 'FA', '0x1', '"', 'S-1-5-18'],
    ),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      const parsed = parseSddl(text);
      expect(parsed?.entries?.length ?? 0).toBeLessThanOrEqual(text.split('(').length - 1);
    }),
  );
});
