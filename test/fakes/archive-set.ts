import { createHash } from 'node:crypto';
import type { ArchiveWriter, SealedArchive } from '#archive/archive.ts';
import { createArchive } from '#archive/create-archive.ts';
import type { Manifest } from '#archive/manifest.ts';
import type { ComponentRecord, MemberContent, MemberRecord } from '#sources/source.ts';

export const MTIME = new Date('2026-04-10T21:45:00Z');

export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A component of these members, of a kind inside which verify looks for nothing unless it is to unpack contents. */
export function plainComponent(id: string, members: MemberRecord[]): ComponentRecord {
  return {
    id,
    kind: 'sqlite-database',
    name: id.slice(id.indexOf('/') + 1),
    importance: 'normal',
    state: 'complete',
    bytes: members.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: sha256Of(members.map(({ sha256, path }) => `${sha256}  ${path}\n`).join('')),
    items: members.length,
    notes: [],
    members,
    details: {},
  };
}

export function plainManifest(parts: Pick<Manifest, 'components' | 'extras'>): Manifest {
  return {
    format: 'lifeboat-archive',
    formatVersion: 1,
    requires: [],
    archiveName: 'sample-20260410t214500Z-1.zip',
    number: 1,
    system: { id: '0190-test', name: 'Sample', version: '2.9.8' },
    program: { name: 'lifeboat', version: '0.1.0' },
    startedAt: '2026-04-10T21:45:00Z',
    takenAt: '2026-04-10T21:45:01Z',
    finishedAt: '2026-04-10T21:45:02Z',
    state: 'good',
    reasons: [],
    host: 'testhost',
    platform: 'linux-x64',
    sources: [],
    ...parts,
  };
}

/** Begins an archive and adds RESTORE.txt, as every writer has to. */
export async function beginArchive(
  path: string,
  signal: AbortSignal = new AbortController().signal,
  openFile?: Parameters<typeof createArchive>[2],
): Promise<{ writer: ArchiveWriter; extras: MemberRecord[] }> {
  const writer = await createArchive(path, { mtime: MTIME, signal }, openFile);
  const text = await writer.add('RESTORE.txt', Buffer.from('how to restore\n'), { signal });
  return { writer, extras: [text] };
}

/** A whole archive with one component per top folder; content that is a pair is deflated. */
export async function writeSampleArchive(
  path: string,
  contents: Record<string, MemberContent | { deflate: MemberContent }>,
  signal: AbortSignal = new AbortController().signal,
): Promise<SealedArchive> {
  const { writer, extras } = await beginArchive(path, signal);
  await using _ = writer;
  const members: MemberRecord[] = [];
  for (const [name, content] of Object.entries(contents)) {
    const record =
      typeof content === 'object' && 'deflate' in content
        ? writer.add(name, content.deflate, { signal, method: 'deflate' })
        : writer.add(name, content, { signal });
    members.push(await record);
  }
  const ids = [...new Set(members.map(({ path }) => componentOf(path)))];
  const components = ids.map((id) =>
    plainComponent(
      id,
      members.filter(({ path }) => componentOf(path) === id),
    ),
  );
  return await writer.seal(plainManifest({ components, extras }), signal);
}

function componentOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
