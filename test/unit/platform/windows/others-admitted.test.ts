import { expect, test } from 'vitest';
import { keepOutCommand } from '#platform/windows/keep-out-command.ts';
import { othersAdmitted } from '#platform/windows/others-admitted.ts';
import { parseSddl } from '#platform/windows/parse-sddl.ts';

function others(sddl: string, own: string[] = []): string[] {
  const parsed = parseSddl(sddl);
  if (parsed === undefined) throw new Error(`${sddl} is no SDDL`);
  return othersAdmitted(parsed, own);
}

test.each([
  ['as the installer sets it', 'O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'],
  ['the same by numbers', 'O:BAD:P(A;OICI;FA;;;S-1-5-18)(A;OICI;FA;;;S-1-5-32-544)'],
  ['its owner besides', 'O:S-1-5-21-1-2-3-1001D:(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;FA;;;SY)'],
  ['who makes things there', 'O:BAD:(A;OICIIO;GA;;;CO)(A;;FA;;;OW)'],
  ['passing through and asking for attributes', 'O:BAD:(A;;0x1000a0;;;WD)(A;;RC;;;BU)'],
  ['a refusal', 'O:BAD:(D;;FA;;;WD)(A;;FA;;;SY)'],
  ['nobody', 'O:BAD:P'],
])('[LB-11] nobody else is let in: %s', (_, sddl) => {
  expect(others(sddl)).toEqual([]);
});

test.each([
  [
    'Users, as below C:\\ProgramData',
    'O:BAD:AI(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)',
    ['BU'],
  ],
  ['everybody', 'O:BAD:(A;OICI;FA;;;SY)(A;OICI;FR;;;WD)(A;;FR;;;AU)', ['WD', 'AU']],
  ['one who may only write', 'O:BAD:(A;;0x2;;;S-1-5-21-1-2-3-1002)', ['S-1-5-21-1-2-3-1002']],
  ['one who may take it over', 'O:BAD:(A;;WD;;;AU)', ['AU']],
  ['one who gets at what is made there', 'O:BAD:(A;OICIIO;GR;;;BU)', ['BU']],
  ['an owner that is a crowd', 'O:WDD:(A;;FA;;;WD)', ['WD']],
  ['no list at all', 'O:BAD:NO_ACCESS_CONTROL', ['WD']],
])('[LB-11] others are named: %s', (_, sddl, named) => {
  expect(others(sddl)).toEqual(named);
});

test("the service's own account is none of the others", () => {
  const own = 'S-1-5-21-1-2-3-1003';
  const sddl = `O:BAD:(A;;FA;;;${own})`;
  expect(others(sddl)).toEqual([own]);
  expect(others(sddl, [own])).toEqual([]);
});

test('the line to type keeps the own account in and takes out who was let in by name', () => {
  const line = keepOutCommand('D:\\Backup (x64)', { own: ['S-1-5-21-7'], others: ['S-1-1-0', 'DU'] });
  expect(line).toBe(
    'icacls "D:\\Backup (x64)" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" /grant:r "*S-1-5-32-544:(OI)(CI)F" /grant:r "*S-1-5-21-7:(OI)(CI)F" /remove:g "*S-1-1-0" /remove:g "DU"',
  );
});
