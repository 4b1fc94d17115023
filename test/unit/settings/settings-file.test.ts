import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { editConf } from '#settings/edit-conf.ts';
import { ensureSystemId } from '#settings/ensure-system-id.ts';
import { readSettings } from '#settings/read-settings.ts';
import { readCommandText, readValue } from '#settings/read-value.ts';
import { saveSettings } from '#settings/save-settings.ts';
import { scanConf } from '#settings/scan-conf.ts';
import { anySettings, confOf, confText, GOOD, good } from './conf-text.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings '));
  file = join(folder, 'sysbackup.conf');
});
afterEach(() => rm(folder, { recursive: true }));

const WRITTEN = `; Door control, written by hand
[system]
name=Door control
root = /srv/door
version = 2.9.1   # as installed

[backup]
  path = /backup
keep = 7 ; a week
# frequency = Weekly

; images of visitors
[folder images]
path = images
exclude[] = *.tmp
exclude[] = cache/**
`;

describe('reading', () => {
  test('a right file', async () => {
    await writeFile(file, WRITTEN);
    expect(await readSettings(file)).toMatchObject({ file, backup: { path: '/backup', keep: 7 } });
  });

  test('no file is conf-missing, a folder or an endless file is read-failed', async () => {
    await expect(readSettings(file)).rejects.toMatchObject({
      code: 'conf-missing',
      message: expect.stringContaining(file),
    });
    await expect(readSettings(folder)).rejects.toMatchObject({ code: 'read-failed' });
    await writeFile(file, Buffer.alloc(5_000_000, ';'));
    await expect(readSettings(file)).rejects.toMatchObject({ code: 'read-failed' });
  });

  test('conf-invalid carries every mistake in its message', async () => {
    await writeFile(file, `${WRITTEN.replace('keep = 7', 'keep = 0')}requird = yes\n`);
    const failure = await readSettings(file).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'conf-invalid' });
    const [head, ...lines] = (failure as Error).message.split('\n');
    expect(head).toBe(`2 mistakes in ${file}`);
    expect(lines).toEqual([expect.stringContaining('keep: found "0"'), expect.stringContaining('requird')]);
  });

  test('bytes that are not UTF-8 are named by their line', async () => {
    const latin1 = Buffer.from(WRITTEN.replace('Door control\nroot', 'Tür\nroot'), 'latin1');
    await writeFile(file, latin1);
    await expect(readSettings(file)).rejects.toMatchObject({
      code: 'conf-invalid',
      message: expect.stringContaining(`${file} line 3: found bytes that are not UTF-8`),
    });
    await writeFile(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(WRITTEN, 'utf16le')]));
    await expect(readSettings(file)).rejects.toMatchObject({ code: 'conf-invalid' });
    await writeFile(file, `\uFEFF${WRITTEN}`);
    await expect(readSettings(file)).rejects.toMatchObject({
      message: expect.stringContaining('byte order mark'),
    });
  });

  test('a file of zeros, as a power cut may leave, is refused in a message of bounded length', async () => {
    await writeFile(file, '\0\n'.repeat(100_000));
    const failure = (await readSettings(file).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code: 'conf-invalid' });
    expect(failure.message.split('\n').length).toBeLessThan(110);
  });

  test('an aborted signal ends it', async () => {
    await writeFile(file, WRITTEN);
    await expect(readSettings(file, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});

describe('saving', () => {
  test('changes the lines that are meant and nothing else', async () => {
    await writeFile(file, WRITTEN);
    const settings = await saveSettings(file, [
      { section: 'backup', key: 'keep', value: '14' },
      { section: 'backup', key: 'frequency', value: 'Weekly' },
      { section: 'system', key: 'version', value: '3.0' },
      { section: 'folder images', key: 'exclude', value: undefined },
      { section: 'file key', key: 'path', value: '/etc/door; key' },
    ]);
    const expected = WRITTEN.replace('keep = 7 ; a week', 'keep = 14 ; a week\nfrequency = Weekly')
      .replace('version = 2.9.1   #', 'version = 3.0   #')
      .replace('exclude[] = *.tmp\nexclude[] = cache/**\n', '')
      .concat('\n[file key]\npath = /etc/door\\; key\n');
    expect(await readFile(file, 'utf8')).toBe(expected);
    expect(settings).toEqual({ ...good(expected), file });
  });

  test('a value that needs quotes sends its comment to a line of its own', () => {
    const edited = editConf('[a]\nb = 1 ; why\n', [{ section: 'a', key: 'b', value: "'x'" }]);
    expect(scanConf(edited).map((line) => line.text)).toEqual([
      '[a]',
      '; why',
      expect.stringMatching(/^b = /),
    ]);
  });

  test('line ends, spacing, a file without a last line end', () => {
    const crlf = '[a]\r\nb=1\r\n\r\n[c]\r\nd = 2';
    expect(editConf(crlf, [{ section: 'a', key: 'e', value: '3' }])).toBe(
      '[a]\r\nb=1\r\ne=3\r\n\r\n[c]\r\nd = 2',
    );
    expect(editConf(crlf, [{ section: 'c', key: 'e', value: '3' }])).toBe(
      '[a]\r\nb=1\r\n\r\n[c]\r\nd = 2\r\ne = 3\r\n',
    );
    expect(editConf(crlf, [{ section: 'c', key: 'd', value: '3' }])).toBe('[a]\r\nb=1\r\n\r\n[c]\r\nd = 3');
    expect(editConf('', [{ section: 'a', key: 'b', value: '1' }])).toBe('[a]\nb = 1\n');
  });

  test('a section is taken out: comments on lines of their own stay, and so does every other byte', () => {
    const removed = (text: string, section: string) => editConf(text, [{ section, remove: true }]);
    expect(removed('[a]\nb = 1\n\n; c below\n[c  d]\n; why\ne = 2 ; so\ne[] = 3\n\n[f]\ng=1', 'c d')).toBe(
      '[a]\nb = 1\n\n; c below\n; why\n\n[f]\ng=1',
    );
    expect(removed('[a]\r\nb=1\r\n\r\n[c]\r\nd=2\r\n\r\n[e]\r\nf=3', 'c')).toBe(
      '[a]\r\nb=1\r\n\r\n[e]\r\nf=3',
    );
    expect(removed('[a]\nb = 1\n', 'c')).toBe('[a]\nb = 1\n');
    expect(removed('[a b]\nc = 1\n[a]\n', 'a')).toBe('[a b]\nc = 1\n');
  });

  test('random settings: a section that was added and taken out again leaves the file as it was', () => {
    fc.assert(
      fc.property(anySettings, fc.constantFrom('\n', '\r\n'), (settings, eol) => {
        const before = `${confOf(settings).trimEnd().replaceAll('\n', eol)}${eol}`;
        const section = 'webhook new';
        const added = editConf(before, [
          { section, key: 'url_file', value: 'a ; b' },
          { section, key: 'on', value: 'success' },
        ]);
        expect(added.startsWith(before)).toBe(true);
        expect(editConf(added, [{ section, remove: true }])).toBe(before);
      }),
    );
  });

  test('a name or value that would make lines of its own is refused', async () => {
    await writeFile(file, WRITTEN);
    for (const change of [
      { section: 'system', key: 'stop', value: 'a\nstart = b' },
      { section: 'system', key: 'name', value: 'a\nb' },
      { section: 'system]\n[backup', key: 'name', value: 'a' },
      { section: 'system', key: 'name = x\nroot', value: 'a' },
    ]) {
      await expect(saveSettings(file, [change])).rejects.toMatchObject({ code: 'conf-invalid' });
    }
    expect(await readFile(file, 'utf8')).toBe(WRITTEN);
  });

  test('[BS-10] a keep count out of range is refused before anything is written', async () => {
    await writeFile(file, WRITTEN);
    for (const value of ['0', '101', '2.5', 'ten', '']) {
      await expect(saveSettings(file, [{ section: 'backup', key: 'keep', value }])).rejects.toMatchObject({
        code: 'conf-invalid',
        message: expect.stringContaining('a whole number from 1 to 100'),
      });
    }
    expect(await readFile(file, 'utf8')).toBe(WRITTEN);
    for (const value of ['1', '100']) {
      const settings = await saveSettings(file, [{ section: 'backup', key: 'keep', value }]);
      expect(settings.backup.keep).toBe(Number(value));
    }
  });

  test('random settings: one key is changed, all other lines stay as they are', () => {
    const value = fc.string({ unit: fc.constantFrom(...'ab ;#=\\"\'[]é'), maxLength: 8 });
    const place = fc.constantFrom(
      ['system', 'name'],
      ['system', 'stop'],
      ['backup', 'keep'],
      ['backup', 'journal'],
      ['file new', 'path'],
    );
    fc.assert(
      fc.property(anySettings, place, value, (settings, [section = '', key = ''], written) => {
        const before = confOf(settings);
        const trimmed = written.trim();
        const after = editConf(before, [{ section, key, value: trimmed }]);
        const rest = (text: string) =>
          scanConf(text).filter(
            (line) => !(line.section === section && line.what.kind === 'entry' && line.what.key === key),
          );
        const texts = (text: string) => rest(text).map((line) => line.text);
        const moved = key === 'keep' || section === 'file new';
        if (!moved) expect(texts(after)).toEqual(texts(before));
        else expect(texts(after).join('\n')).toContain(texts(before).slice(0, 5).join('\n'));
        const entry = scanConf(after).flatMap(({ section: title, what }) =>
          title === section && what.kind === 'entry' && what.key === key ? [what] : [],
        );
        expect(entry).toHaveLength(1);
        const read = key === 'stop' ? readCommandText : readValue;
        expect(read(entry[0]?.raw ?? '')).toEqual({ value: trimmed });
      }),
      { numRuns: 300 },
    );
  });

  test.skipIf(process.platform === 'win32')('mode, owner and a link to the file stay', async () => {
    await writeFile(file, WRITTEN);
    await chmod(file, 0o640);
    const root = process.getuid?.() === 0;
    if (root) await chown(file, 1234, 4321);
    const linked = join(folder, 'link.conf');
    await symlink('sysbackup.conf', linked);
    await saveSettings(linked, [{ section: 'backup', key: 'keep', value: '9' }]);
    expect((await lstat(linked)).isSymbolicLink()).toBe(true);
    const { mode, uid, gid } = await stat(file);
    expect(mode & 0o7777).toBe(0o640);
    if (root) expect([uid, gid]).toEqual([1234, 4321]);
    expect((await readSettings(file)).backup.keep).toBe(9);
    expect(await readdir(folder)).toEqual(['link.conf', 'sysbackup.conf']);
  });

  test('a save that changes nothing does not touch the file', async () => {
    await writeFile(file, WRITTEN);
    const before = await stat(file, { bigint: true });
    await saveSettings(file, [{ section: 'backup', key: 'keep', value: '7' }]);
    expect((await stat(file, { bigint: true })).ino).toBe(before.ino);
  });
});

describe('the system id', () => {
  test('is made at first use, written into the conf, and stays', async () => {
    await writeFile(file, WRITTEN);
    const id = await ensureSystemId(file);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await readFile(file, 'utf8')).toBe(
      WRITTEN.replace('# as installed\n', `# as installed\nid = ${id}\n`),
    );
    expect(await ensureSystemId(file)).toBe(id);
    expect(await readdir(folder)).toEqual(['sysbackup.conf']);
  });

  test('many at once agree on one', async () => {
    for (let round = 0; round < 10; round += 1) {
      await writeFile(file, confText(GOOD));
      const ids = await Promise.all(Array.from({ length: 12 }, () => ensureSystemId(file)));
      expect(new Set(ids).size).toBe(1);
      expect((await readSettings(file)).system.id).toBe(ids[0]);
      expect(await readdir(folder)).toEqual(['sysbackup.conf']);
    }
  });

  test('several programs at once agree on one', async () => {
    await writeFile(file, confText(GOOD));
    const program = `import('#settings/ensure-system-id.ts').then((m) => m.ensureSystemId(process.argv[1])).then((id) => process.stdout.write(id))`;
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, ['-e', program, file])),
    );
    expect(new Set(runs.map((run) => run.stdout)).size).toBe(1);
    expect((await readSettings(file)).system.id).toBe(runs[0]?.stdout);
  });

  test('a claim that a killed program left is taken over', async () => {
    await writeFile(file, confText(GOOD));
    await writeFile(`${file}.id-claim`, '11111111-2222-4333-8444-555555555555');
    expect(await ensureSystemId(file)).toBe('11111111-2222-4333-8444-555555555555');
    expect(await readdir(folder)).toEqual(['sysbackup.conf']);
  });

  test('a conf with mistakes gets none', async () => {
    await writeFile(file, '[system]\n');
    await expect(ensureSystemId(file)).rejects.toMatchObject({ code: 'conf-invalid' });
    expect(await readFile(file, 'utf8')).toBe('[system]\n');
  });
});
