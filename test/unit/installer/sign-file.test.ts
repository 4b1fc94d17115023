import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { signFile } from '../../../installer/sign-file.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

test('the command gets its own words and the file, whatever the file is called', async () => {
  await using folder = await temporaryFolder();
  const file = folder.file("o'neil (x64) $HOME.exe");
  writeFileSync(file, 'code');
  await signFile(file, `sh -c 'printf "%s" "$1" >> "$2"' sh "a signature"`);
  expect(readFileSync(file, 'utf8')).toBe('codea signature');
  await signFile(file, undefined);
  expect(readFileSync(file, 'utf8')).toBe('codea signature');
});

test('a signature that fails ends the build, with the words of who should have signed', async () => {
  await expect(signFile('/none.exe', `sh -c 'echo no such key >&2; exit 3' sh`)).rejects.toThrow(
    'no such key',
  );
});
