import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKey } from '#settings/read-key.ts';
import { readVersion } from '#settings/read-version.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';

let root: string;
let file: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'version '));
  file = join(root, 'system.conf');
});
afterEach(() => rm(root, { recursive: true }));

const SYSTEM_CONF = `\uFEFFversion = 2.9.10
server.port=443
[util]
path = util files/store
quoted = 'a;b'
cut = /data/a#b
empty =
[a.b]
c = nested
c = last
`;

describe('a key of a conf file of the system', () => {
  test.each([
    ['version', '2.9.10'],
    ['server.port', '443'],
    ['util.path', 'util files/store'],
    ['util.quoted', 'a;b'],
    ['a.b.c', 'last'],
  ])('%s is %s', async (key, value) => {
    await writeFile(file, SYSTEM_CONF);
    expect(await readKey(file, key)).toBe(value);
  });

  test.each([
    ['path', 'source-missing', 'has no key "path"'],
    ['util.nothing', 'source-missing', 'has no key "util.nothing"'],
    ['util.empty', 'source-missing', 'is empty'],
    ['util.cut', 'read-failed', 'a # inside a word'],
    ['__proto__.x', 'source-missing', 'has no key'],
  ])('%s is %s: %s', async (key, code, message) => {
    await writeFile(file, SYSTEM_CONF);
    await expect(readKey(file, key)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    await expect(readKey(file, key)).rejects.toMatchObject({ message: expect.stringContaining(file) });
  });

  test('a bare key that stands in a section is named in full in the hint', async () => {
    await writeFile(file, SYSTEM_CONF);
    await expect(readKey(file, 'path')).rejects.toMatchObject({ hint: 'it has "util.path"' });
  });

  test('no file; bytes of another encoding beside the value, and in it', async () => {
    await expect(readKey(file, 'a')).rejects.toMatchObject({
      code: 'source-missing',
      message: `cannot read the key "a" in ${file}: there is no such file`,
    });
    await writeFile(file, Buffer.from('; T\xfcr\na = 1\nb = T\xfcr\n', 'latin1'));
    expect(await readKey(file, 'a')).toBe('1');
    await expect(readKey(file, 'b')).rejects.toMatchObject({ code: 'read-failed' });
  });
});

describe('[BS-03] the path of a folder', () => {
  test('[BS-03] written in the conf, or read from the system conf, relative to the root or absolute', async () => {
    const from = (key: string) => resolveFolderPath({ from: 'key', file, key }, { root });
    await writeFile(file, `${SYSTEM_CONF}[other]\npath = ${join(root, 'x')}\n`);
    expect(await resolveFolderPath({ from: 'literal', path: '/srv/x' }, { root })).toBe('/srv/x');
    expect(await from('util.path')).toBe(join(root, 'util files', 'store'));
    expect(await from('other.path')).toBe(join(root, 'x'));
    await expect(from('util.nothing')).rejects.toMatchObject({ code: 'source-missing' });
  });
});

describe('[BS-22] the version of the installed system', () => {
  test('[BS-22] literal, first line of a file, key of a conf file', async () => {
    expect(await readVersion({ from: 'literal', version: '2.9' })).toBe('2.9');
    await writeFile(file, '\uFEFF 2.9.1 \r\nbuild 7\r\n');
    expect(await readVersion({ from: 'first-line', file })).toBe('2.9.1');
    await writeFile(file, SYSTEM_CONF);
    expect(await readVersion({ from: 'key', file, key: 'version' })).toBe('2.9.10');
  });

  test('[BS-22] it is read afresh each time', async () => {
    await writeFile(file, '1\n');
    expect(await readVersion({ from: 'first-line', file })).toBe('1');
    await writeFile(file, '2\n');
    expect(await readVersion({ from: 'first-line', file })).toBe('2');
  });

  test('[BS-22] one that cannot be read is version-unknown with what was looked for and where', async () => {
    const unknown = (message: string) => ({
      code: 'version-unknown',
      message: expect.stringContaining(message),
    });
    const firstLine = { from: 'first-line', file } as const;
    const key = { from: 'key', file, key: 'app.version' } as const;
    await expect(readVersion(firstLine)).rejects.toMatchObject(
      unknown(`looked for the first line of ${file}: there is no such file`),
    );
    await expect(readVersion(key)).rejects.toMatchObject(
      unknown(`looked for the key "app.version" in ${file}`),
    );
    await writeFile(file, '\n2.9\n');
    await expect(readVersion(firstLine)).rejects.toMatchObject(unknown('it is empty'));
    await expect(readVersion(key)).rejects.toMatchObject(unknown('has no key "app.version"'));
    await writeFile(file, 'x'.repeat(101));
    await expect(readVersion(firstLine)).rejects.toMatchObject(unknown('is no version'));
    await rm(file);
    await mkdir(file);
    await expect(readVersion(firstLine)).rejects.toMatchObject(unknown('is not a file'));
  });
});
