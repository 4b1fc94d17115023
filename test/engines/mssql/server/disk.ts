import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SqlFailure } from '../sql/sql-failure.ts';
import { asServiceAccount } from './service-account.ts';

/** The machine's files as the server's service account sees them. */
export interface Disk {
  /** Paths, or folders with all that is in them, that the service account may not open. */
  readonly forbidden: Set<string>;
  /** Bytes that can still be written; undefined for as much as there is. */
  free: number | undefined;
  /** Mode of files that the server makes; 0o640 unless a test says otherwise. */
  fileMode: number;
  /** Where a path of the server's lies for us; undefined if the server has no such place. */
  local(path: string): string | undefined;
  open(path: string, how: 'read' | 'create' | 'append'): OpenFile;
  exists(path: string): { file: boolean; folder: boolean; parent: boolean };
  size(path: string): number;
  remove(path: string): void;
}

export interface OpenFile extends Disposable {
  readonly size: number;
  read(at: number, bytes: number): Buffer;
  /** Throws DiskFull, having written what fitted. */
  write(bytes: Uint8Array): void;
  /** Turns all bits of one byte, as damage. */
  flip(at: number): void;
}

export interface PathView {
  /** A folder as the server names it. */
  server: string;
  /** The same folder here. */
  local: string;
}

/** Why a file could not be opened, in the operating system's words as the server passes them on. */
export class OpenRefused extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'OpenRefused';
    this.reason = reason;
  }
}

export class DiskFull extends SqlFailure {
  constructor() {
    super([]);
    this.name = 'DiskFull';
  }
}

export const OS_ERROR = {
  noFile: '2(The system cannot find the file specified.)',
  noPath: '3(The system cannot find the path specified.)',
  denied: '5(Access is denied.)',
  endOfFile: '38(Reached the end of the file.)',
  full: '112(There is not enough space on the disk.)',
} as const;

/** Without views, and on Linux, the server names files as we do. */
export function createDisk(host: 'Linux' | 'Windows', views: readonly PathView[]): Disk {
  const disk: Disk = {
    forbidden: new Set(),
    free: undefined,
    fileMode: 0o640,
    local: (path) => localPath(path, host, views),
    open: (path, how) => openFile(disk, host, path, how),
    exists: (path) => asServiceAccount(() => whatIsAt(disk, path)),
    size: (path) =>
      asServiceAccount(() => {
        const local = disk.local(path);
        return local !== undefined && existsSync(local) ? statSync(local).size : 0;
      }),
    remove(path) {
      const local = disk.local(path);
      if (local !== undefined) asServiceAccount(() => rmSync(local, { force: true }));
    },
  };
  return disk;
}

function whatIsAt(disk: Disk, path: string): ReturnType<Disk['exists']> {
  const local = disk.local(path);
  if (local === undefined || isForbidden(disk, path)) return { file: false, folder: false, parent: false };
  const folder = existsSync(local) && statSync(local).isDirectory();
  return { file: existsSync(local) && !folder, folder, parent: existsSync(join(local, '..')) };
}

function localPath(path: string, host: 'Linux' | 'Windows', views: readonly PathView[]): string | undefined {
  const fold = (text: string): string =>
    host === 'Windows' ? text.toLowerCase().replaceAll('/', '\\') : text;
  const separators = host === 'Windows' ? /[\\/]/ : /\//;
  for (const view of views) {
    const root = view.server.replace(/[\\/]+$/, '');
    const rest = path.slice(root.length);
    if (!fold(path).startsWith(fold(root)) || !(rest === '' || separators.test(rest.charAt(0)))) continue;
    return join(view.local, ...rest.split(separators));
  }
  return host === 'Linux' && path.startsWith('/') ? path : undefined;
}

function isForbidden(disk: Disk, path: string): boolean {
  return [...disk.forbidden].some(
    (place) =>
      path === place || path.startsWith(`${place.replace(/[\\/]+$/, '')}/`) || path.startsWith(`${place}\\`),
  );
}

function openFile(
  disk: Disk,
  host: 'Linux' | 'Windows',
  path: string,
  how: 'read' | 'create' | 'append',
): OpenFile {
  if (isForbidden(disk, path)) throw new OpenRefused(OS_ERROR.denied);
  const local = disk.local(path);
  if (local === undefined) throw new OpenRefused(OS_ERROR.noPath);
  const flags = {
    read: constants.O_RDONLY,
    create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
    append: constants.O_RDWR | constants.O_CREAT,
  }[how];
  let file: number;
  try {
    file = asServiceAccount(() => openSync(local, flags, disk.fileMode));
  } catch (error) {
    throw new OpenRefused(reasonOf(error, host, how));
  }
  let end = fstatSync(file).size;
  return {
    get size() {
      return end;
    },
    read(at, bytes) {
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(file, buffer, 0, bytes, at));
    },
    write(bytes) {
      const room = disk.free === undefined ? bytes.length : Math.min(bytes.length, disk.free);
      writeSync(file, bytes, 0, room, end);
      end += room;
      if (disk.free !== undefined) disk.free -= room;
      if (room < bytes.length) throw new DiskFull();
    },
    flip(at) {
      const byte = Buffer.alloc(1);
      readSync(file, byte, 0, 1, at);
      writeSync(file, Buffer.from([byte.readUInt8() ^ 0xff]), 0, 1, at);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

/** On Linux a missing folder is reported as access denied (recorded); everywhere else as what it is. */
function reasonOf(error: unknown, host: 'Linux' | 'Windows', how: 'read' | 'create' | 'append'): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR') return OS_ERROR.denied;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  if (how === 'read') return OS_ERROR.noFile;
  return host === 'Linux' ? OS_ERROR.denied : OS_ERROR.noPath;
}
