import { expect, test } from 'vitest';
import type { WindowsSecurity } from '#platform/windows/windows-security.ts';
import { bytePath } from '#sources/files/byte-path.ts';
import { type FileEntry, formatEntry, LONGEST_SDDL, parseEntry } from '#sources/files/entries/file-entry.ts';
import { refusedText } from '#sources/files/stage/refused-text.ts';
import { rightsSetter } from '#sources/files/stage/rights-setter.ts';

const SDDL = 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)';
const common = { mode: 0o666, uid: 0, gid: 0, mtime: 0n };
const folder = (name: string): FileEntry => ({ ...common, path: bytePath(name), type: 'folder', sddl: SDDL });

test('access rights and the kind of a link go through the list of files as they are', () => {
  const link: FileEntry = {
    ...common,
    path: bytePath('größe'),
    type: 'link',
    target: bytePath('C:\\ziel (ä)'),
    windows: 'junction',
  };
  for (const entry of [folder('conf'), link]) expect(parseEntry(formatEntry(entry))).toEqual(entry);
});

test('access rights of a length that no file has, rights of a link and unknown kinds of links are refused', () => {
  const line = (change: object): string =>
    JSON.stringify({ ...JSON.parse(formatEntry(folder('conf'))), ...change });
  expect(() => parseEntry(line({ sddl: 'x'.repeat(LONGEST_SDDL + 1) }))).toThrow(/breaks the format/);
  expect(() => parseEntry(line({ sddl: '' }))).toThrow(/breaks the format/);
  expect(() => parseEntry(line({ type: 'link', target: 'x' }))).toThrow(/breaks the format/);
  const link = { type: 'link', target: 'x', sddl: undefined };
  expect(parseEntry(line({ ...link, windows: 'folder' }))).toMatchObject({ windows: 'folder' });
  expect(() => parseEntry(line({ ...link, windows: 'volume' }))).toThrow(/breaks the format/);
});

test('rights that cannot be set, or that the file system does not keep, are counted and the first is named', () => {
  const kept = new Map<string, string>();
  const windows: WindowsSecurity = {
    read: (path) => ({ sddl: kept.get(path) ?? 'O:WDD:NO_ACCESS_CONTROL' }),
    write(path, sddl) {
      if (path.endsWith('owner')) return 1307;
      if (!path.endsWith('fat')) kept.set(path, sddl);
      return 0;
    },
  };
  const rights = rightsSetter(windows);
  rights.set('C:/staged/good', folder('good'));
  expect(kept.get('C:/staged/good')).toBe(SDDL);
  expect(rights.refused()).toEqual({ count: 0 });
  rights.set('C:/staged/owner', folder('owner'));
  rights.set('C:/staged/fat', folder('fat'));
  const refusedRights = (): ReturnType<typeof rights.refused> => rights.refused();
  expect(refusedText({ refused: () => 0, refusedRights })).toBe(
    '; access rights of 2 could not be set (owner: Windows error 1307)',
  );
});
