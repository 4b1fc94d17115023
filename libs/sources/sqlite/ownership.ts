import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '#platform/errors.ts';
import { windowsSecurity } from '#platform/windows/windows-security.ts';
import { ownerNames } from '../owner-names.ts';

const count = z.number().int().nonnegative();

export const ownerSchema = z.object({
  /** Permission bits, octal: `0640`. */
  mode: z.string().regex(/^[0-7]{4}$/),
  uid: count,
  gid: count,
  /** Names where the machine knew them: numbers mean little on another machine. */
  owner: z.string().optional(),
  group: z.string().optional(),
  /** Of what was saved on Windows: owner, group and access rights, as Windows writes them down. */
  sddl: z.string().optional(),
});

export type Owner = z.infer<typeof ownerSchema>;

/** Whom a database file and its folder belong to; SQLite writes to both. */
export interface Ownership extends Owner {
  folder: Owner;
}

export async function ownershipOf(path: string): Promise<Ownership> {
  const security = await windowsSecurity();
  const read = security?.read(path);
  const rights = read !== undefined && 'sddl' in read ? read : {};
  return { ...(await ownerOf(path)), ...rights, folder: await ownerOf(dirname(path)) };
}

/** Mode and owner as numbers that hold on this machine. */
export interface LocalOwner {
  mode: number;
  uid: number;
  gid: number;
}

/** An owner recorded elsewhere, by name where this machine knows the name. */
export async function localOwner(recorded: Owner): Promise<LocalOwner> {
  const names = ownerNames();
  const uid = recorded.owner === undefined ? undefined : await names.uid(recorded.owner);
  const gid = recorded.group === undefined ? undefined : await names.gid(recorded.group);
  return {
    mode: Number.parseInt(recorded.mode, 8),
    uid: uid ?? recorded.uid,
    gid: gid ?? recorded.gid,
  };
}

/**
 * Only root can give files away; anybody else's stay their own, which inspect() says before. Never through a link: who
 * may write to the folder could have root give away any other file.
 */
export async function setOwner(path: string, { mode, uid, gid }: LocalOwner): Promise<void> {
  if (process.platform === 'win32') return;
  await using opened = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    await opened.chown(uid, gid);
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') throw error;
  }
  await opened.chmod(mode & 0o7777);
}

async function ownerOf(path: string): Promise<Owner> {
  const names = ownerNames();
  const { mode, uid, gid } = await stat(path);
  const owner = await names.user(uid);
  const group = await names.group(gid);
  return {
    mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    uid,
    gid,
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
}
