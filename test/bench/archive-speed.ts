import { randomBytes } from 'node:crypto';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import type { MemberRecord } from '#sources/source.ts';
import { beginArchive, plainComponent, plainManifest } from '../fakes/archive-set.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/**
 * How fast an archive of incompressible 8 MiB members is written and verified, and what memory that takes:
 * `node test/bench/archive-speed.ts [GiB]`, 4 GiB by default. Needs that much room in the temporary folder.
 */
const GIB = 2 ** 30;
const MEMBER = 8 * 2 ** 20;
const AT_ONCE = 4;
const total = Number(process.argv[2] ?? 4) * GIB;
const signal = new AbortController().signal;

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
await using folder = await temporaryFolder();
const path = folder.file('speed.zip');
await measured('write, with both hashes and sync', write);
await measured('open and verify', verify);
clearInterval(watch);

async function measured(what: string, action: () => Promise<void>): Promise<void> {
  peak = 0;
  const start = performance.now();
  await action();
  const seconds = (performance.now() - start) / 1000;
  const speed = total / 1e6 / seconds;
  console.log(`${what}: ${speed.toFixed(0)} MB/s, peak memory ${(peak / 1e6).toFixed(0)} MB`);
}

async function write(): Promise<void> {
  const { writer, extras } = await beginArchive(path);
  await using _ = writer;
  const block = randomBytes(MEMBER);
  const members: MemberRecord[] = [];
  let next = 0;
  const source = async () => {
    while (next < total / MEMBER) {
      const number = next++;
      const content = Buffer.from(block);
      content.writeUInt32LE(number);
      members.push(await writer.add(`folder/speed/${number}.zst`, content, { signal }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, source));
  const components = [plainComponent('folder/speed', members)];
  await writer.seal(plainManifest({ components, extras }), signal);
}

async function verify(): Promise<void> {
  await using archive = await openArchive(await fileAccess(path), signal);
  const report = await verifyArchive(archive, { signal });
  if (!report.good) throw new Error('the archive is not good');
}
