import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { entryContents } from '#sources/files/entries/entry-contents.ts';
import { filesRecord } from '#sources/files/entries/files-record.ts';
import { readEntries } from '#sources/files/entries/read-entries.ts';

/**
 * Archives of earlier programs, which today's must read for ever. They are never made again: if one of these
 * tests fails, the program broke its promise, not the archive.
 */
const signal = new AbortController().signal;
const place = join(import.meta.dirname, 'v1');
const golden = readdirSync(place).filter((name) => name.endsWith('.zip'));

const open = async (name: string) => await openArchive(await fileAccess(join(place, name)), signal);

describe('[LB-06] archives of format version 1', () => {
  it('are all here', () => {
    expect(golden).toEqual([
      'files-fast.zip',
      'files-none.zip',
      'incomplete.zip',
      'mariadb.zip',
      'mssql.zip',
      'sqlite-none.zip',
      'sqlite.zip',
    ]);
  });

  it.each(golden)('%s is the file that was made then', async (name) => {
    const expected = JSON.parse(await readFile(join(place, name.replace('.zip', '.json')), 'utf8'));
    const sha256 = createHash('sha256').update(await readFile(join(place, name)));
    expect(sha256.digest('hex')).toBe(expected.sha256);
  });

  it.each(golden)('%s holds what was recorded then, to the last byte of its contents', async (name) => {
    const expected = JSON.parse(await readFile(join(place, name.replace('.zip', '.json')), 'utf8'));
    await using archive = await open(name);
    const { state, components } = archive.manifest;
    const report = await verifyArchive(archive, { signal, depth: 'contents' });
    const found = {
      sha256: expected.sha256,
      state,
      components: components.map(({ id, kind, state, bytes, sha256, items, rows }) => ({
        id,
        kind,
        state,
        bytes,
        sha256,
        items,
        ...(rows === undefined ? {} : { rows }),
      })),
      members: archive.members,
      report: report.items,
    };
    expect(found).toEqual(expected);
    expect(report.good).toBe(true);
  });

  it.each(['files-fast.zip', 'files-none.zip'])('%s gives back files of every kind', async (name) => {
    await using archive = await open(name);
    const texts = new Map<string, string>();
    for (const component of archive.manifest.components) {
      const record = filesRecord(component);
      await using contents = entryContents(archive, record, signal);
      for await (const entry of readEntries(archive, record.prefix, signal)) {
        const path = `${component.name}/${entry.path}`;
        if (entry.type === 'file') {
          texts.set(path, Buffer.concat(await Array.fromAsync(contents.open(entry))).toString('latin1'));
        } else {
          texts.set(path, `${entry.type}${'target' in entry ? ` to ${entry.target}` : ''}`);
        }
      }
    }
    expect(Object.fromEntries([...texts].filter(([path]) => path.startsWith('cert/')))).toEqual({
      'cert/.': 'folder',
      'cert/KEY.pem': 'differs in case alone\n',
      'cert/dangling': 'link to /nowhere',
      'cert/empty': '',
      'cert/inner': 'folder',
      'cert/inner/empty': 'folder',
      'cert/inner/gr\u00c3\u00b6\u00c3\u009fe 1.txt': 'a line of text\n'.repeat(400),
      'cert/inner/link': 'link to ../key.pem',
      'cert/key.pem': 'a private key\n',
      'cert/large.log': 'the same line again and again\n'.repeat(10_000),
      'cert/not-utf8-\xff\xfe': 'a strange name\n',
      'cert/same-key.pem': 'hardlink to key.pem',
      'cert/sparse': `begin${'\0'.repeat(299_995)}end${'\0'.repeat(99_997)}`,
    });
    expect(texts.get('Image Log/0309.txt')).toBe('image 309\n');
    expect(texts.get('setting.conf/setting.conf')).toBe('[setting]\nport = 443\n');
  });
});
