import { LifeboatError } from '#platform/errors.ts';
import type { MemberRecord } from '#sources/source.ts';
import type { ArchiveReader, RandomAccess } from './archive.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { readDirectory } from './read-directory.ts';
import { beginsLikeOurs, foreign } from './read-end.ts';
import { readMember } from './read-member.ts';
import { LARGEST_MANIFEST, MANIFEST, STORED, type ZipMember } from './zip-records.ts';

/**
 * Opens an archive of any origin and trusts nothing in it: it is byte by byte of the form that
 * docs/archive-format.md specifies, its manifest describes every member and no other, or this throws
 * `archive-foreign`, `archive-cut`, `archive-damaged`, `archive-hostile`, `archive-too-new`. What members
 * contain is checked as they are read. The access is the reader's from now on, also if this throws.
 */
export async function openArchive(access: RandomAccess, signal: AbortSignal): Promise<ArchiveReader> {
  try {
    return await open(access, signal);
  } catch (error) {
    try {
      throw await blame(error, access, signal);
    } finally {
      await access[Symbol.asyncDispose]();
    }
  }
}

/** Whatever is wrong with a file that does not even begin like an archive of ours, it is none. */
async function blame(error: unknown, access: RandomAccess, signal: AbortSignal): Promise<unknown> {
  const wrong = error instanceof LifeboatError && /^archive-(damaged|hostile)$/.test(error.code);
  if (!wrong || (await beginsLikeOurs(access, signal))) return error;
  return foreign(access.name ?? 'the archive', error);
}

async function open(access: RandomAccess, signal: AbortSignal): Promise<ArchiveReader> {
  const where = access.name ?? 'the archive';
  const inside = await readDirectory(access, signal);
  const manifest = await readManifest(access, inside.at(-1), signal);
  const byPath = new Map(inside.slice(0, -1).map((member) => [member.path, member]));
  const records = recordsOf(manifest, byPath, where);

  return {
    manifest,
    members: [...byPath.keys()].map((path) => records.get(path)!),
    size: access.size,
    ...(access.modified === undefined ? {} : { modified: access.modified }),
    open(path, signal, memory) {
      const member = byPath.get(path);
      if (!member) throw new LifeboatError('archive-damaged', `${where} has no member "${path}"`);
      return readMember(access, member, records.get(path), signal, memory);
    },
    [Symbol.asyncDispose]: () => access[Symbol.asyncDispose](),
  };
}

async function readManifest(
  access: RandomAccess,
  member: ZipMember | undefined,
  signal: AbortSignal,
): Promise<Manifest> {
  const where = access.name ?? 'the archive';
  if (!member || member.method !== STORED || member.bytes > LARGEST_MANIFEST) {
    throw new LifeboatError(
      'archive-hostile',
      `${where} has a ${MANIFEST} of a size or form that is never written`,
    );
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of readMember(access, member, undefined, signal)) pieces.push(piece);
  const text = decode(Buffer.concat(pieces));
  if (text === undefined) {
    throw new LifeboatError('archive-damaged', `${where} is damaged: its ${MANIFEST} is not UTF-8`);
  }
  return parseManifest(text);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What the manifest says about each member, which is about each once, and about no other. */
function recordsOf(
  manifest: Manifest,
  byPath: Map<string, ZipMember>,
  where: string,
): Map<string, MemberRecord> {
  const damaged = (what: string) => new LifeboatError('archive-damaged', `${where} is damaged: ${what}`);
  const ids = new Set(manifest.components.map(({ id }) => id));
  if (ids.size !== manifest.components.length) throw damaged('its manifest describes a component twice');
  const records = new Map<string, MemberRecord>();
  for (const record of [...manifest.extras, ...manifest.components.flatMap(({ members }) => members)]) {
    const member = byPath.get(record.path);
    if (!member) throw damaged(`the member "${record.path}" of its manifest is missing`);
    if (member.bytes !== record.bytes) throw damaged(`the member "${record.path}" has another size`);
    if (records.has(record.path)) throw damaged(`its manifest lists the member "${record.path}" twice`);
    records.set(record.path, record);
  }
  const stray = [...byPath.keys()].find((path) => !records.has(path));
  if (stray !== undefined) {
    throw new LifeboatError('archive-hostile', `${where} holds "${stray}", which its manifest does not know`);
  }
  return records;
}
