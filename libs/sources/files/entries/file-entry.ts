import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { WindowsLink } from '#platform/windows/windows-link.ts';
import { type BytePath, bytePath, showPath, toBytes, toText } from '../byte-path.ts';

/** The member that lists what a folder or file component consists of: one entry a line. */
export const ENTRY_LIST = 'files.ndjson';

/** Characters that the access rights of one thing may take, some 300 accounts. */
export const LONGEST_SDDL = 16_384;

/**
 * One line of files.ndjson, as a value. Folders come before what is in them and everything of a folder
 * follows without a gap, names in the order of their bytes; the first entry of a folder component is the
 * folder itself, with the path `.`.
 */
export type FileEntry = FolderEntry | ContentEntry | LinkEntry | HardLinkEntry;

interface Common {
  path: BytePath;
  /** Permission bits with set-user-id and the like: 0 to 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  /** Names of owner and group where the machine knew them: numbers mean little on another machine. */
  owner?: string;
  group?: string;
  /** Nanoseconds since 1970. */
  mtime: bigint;
}

/** Of what was saved on Windows: owner, group and access rights, as Windows writes them down. */
interface Guarded {
  sddl?: string;
}

export interface FolderEntry extends Common, Guarded {
  type: 'folder';
}

export interface ContentEntry extends Common, Guarded {
  type: 'file';
  size: number;
  sha256: string;
  /** Has holes: runs of zero bytes are not written at the restore. */
  sparse?: true;
  /** Other entries of type `hardlink` name this one as theirs. */
  linked?: true;
  /** The member that holds it, as a path below the component's id. */
  member: string;
  form: ContentForm;
}

/** plain: the member is the content. zstd: its zstd frames. tar, tar.zst: the member is a pack that holds it. */
export type ContentForm = 'plain' | 'zstd' | 'tar' | 'tar.zst';

export interface LinkEntry extends Common {
  type: 'link';
  target: BytePath;
  /** As what Windows had made it. */
  windows?: WindowsLink;
}

export interface HardLinkEntry extends Common {
  type: 'hardlink';
  /** Path of the entry of type `file` whose content this is. */
  target: BytePath;
}

const common = {
  path: z.string().min(1),
  pathHex: z.string().optional(),
  mode: z.string().regex(/^[0-7]{4}$/),
  uid: z.number().int().nonnegative(),
  gid: z.number().int().nonnegative(),
  owner: z.string().optional(),
  group: z.string().optional(),
  mtime: z.string().regex(/^-?\d{1,20}$/),
};
/** Windows itself is the judge of the text where it is set; elsewhere it means nothing. */
const sddl = z.string().min(1).max(LONGEST_SDDL).optional();
const target = { target: z.string(), targetHex: z.string().optional() };
const line = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('folder'), ...common, sddl }),
  z.strictObject({
    type: z.literal('file'),
    ...common,
    sddl,
    size: z.number().int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    sparse: z.literal(true).optional(),
    linked: z.literal(true).optional(),
    member: z.string().min(1),
    form: z.enum(['plain', 'zstd', 'tar', 'tar.zst']),
  }),
  z.strictObject({
    type: z.literal('link'),
    ...common,
    ...target,
    windows: z.enum(['junction', 'folder', 'file']).optional(),
  }),
  z.strictObject({ type: z.literal('hardlink'), ...common, ...target }),
]);

/** The entry's line, without its line feed. A path that is not UTF-8 also stands there as hex digits. */
export function formatEntry(entry: FileEntry): string {
  const { path, type, mode, mtime, ...rest } = entry;
  return JSON.stringify({
    ...textOf('path', path),
    type,
    mode: mode.toString(8).padStart(4, '0'),
    mtime: mtime.toString(),
    ...rest,
    ...('target' in entry ? textOf('target', entry.target) : {}),
  });
}

function textOf(key: 'path' | 'target', path: BytePath): Record<string, string> {
  if (toText(path) !== undefined) return { [key]: showPath(path) };
  return { [key]: showPath(path), [`${key}Hex`]: toBytes(path).toString('hex') };
}

/** Reads a line back. Throws `archive-damaged` for what is no entry, `archive-hostile` for a path that leaves its folder. */
export function parseEntry(text: string): FileEntry {
  const parsed = line.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(`at "${issue?.path.join('.')}": ${issue?.message}`);
  }
  const { pathHex, ...rest } = parsed.data;
  const base = {
    ...rest,
    path: bytesOf(rest.path, pathHex),
    mode: Number.parseInt(rest.mode, 8),
    mtime: BigInt(rest.mtime),
  };
  refuseUnsafe(base.path);
  if (base.type !== 'link' && base.type !== 'hardlink') return base as FileEntry;
  const { targetHex, ...link } = base;
  const entry = { ...link, target: bytesOf(link.target, targetHex) } as LinkEntry | HardLinkEntry;
  if (entry.type === 'hardlink') refuseUnsafe(entry.target);
  else if (entry.target === '' || entry.target.includes('\0')) throw damaged('a link without a target');
  return entry;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged('a line is not valid JSON', cause);
  }
}

function damaged(why: string, cause?: unknown): LifeboatError {
  return new LifeboatError('archive-damaged', `${ENTRY_LIST} breaks the format: ${why}`, { cause });
}

function bytesOf(text: string, hex: string | undefined): BytePath {
  if (hex === undefined) return bytePath(text);
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.toString('hex') !== hex || bytes.length === 0) throw damaged('bytes that are not hex digits');
  return bytes.toString('latin1') as BytePath;
}

const WINDOWS_UNSAFE = /[\\:<>"|?*]|[ .]$|^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

function refuseUnsafe(path: BytePath): void {
  if (path === '.') return;
  const unsafe = path
    .split('/')
    .some(
      (segment) =>
        segment === '' ||
        segment === '.' ||
        segment === '..' ||
        segment.includes('\0') ||
        (process.platform === 'win32' && WINDOWS_UNSAFE.test(segment)),
    );
  if (unsafe) {
    throw new LifeboatError(
      'archive-hostile',
      `the archive names the path ${JSON.stringify(showPath(path))}`,
      {
        hint: 'it would lie outside the folder it belongs to, or cannot stand here; nothing was changed',
      },
    );
  }
}
