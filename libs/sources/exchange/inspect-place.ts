import { type BigIntStats, constants } from 'node:fs';
import { access, lstat, stat, statfs } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import { isMountPoint } from '../is-mount-point.ts';
import { mountPoints } from '../mount-points.ts';

/** What a restore must know of the place where it is to put something. */
export interface InspectedPlace {
  /** What is there; undefined if nothing is. */
  stat: BigIntStats | undefined;
  space: TargetReport['space'][number];
  findings: Finding[];
}

/** Why a folder is not renamed and only what is in it is exchanged. */
export type Stays = 'is a mount point' | 'is open in another program';

/** Staged files take whole blocks. */
const BLOCK = 4096;

/**
 * Looks at a place without changing anything. Found to be a problem: what cannot be renamed (a mount point,
 * or a file system mounted below it) and a folder to stage in that may not be written. A warning: owners that only
 * root could set, and a folder of which only the contents are exchanged (`stays`).
 */
export async function inspectPlace(
  live: string,
  component: ComponentRecord,
  stays?: Stays,
): Promise<InspectedPlace> {
  const there = await statIfThere(live);
  const parent = stays ? live : await existingParent(live);
  const { bavail, bsize } = await statfs(parent);
  const { dev } = await stat(parent, { bigint: true });
  return {
    stat: there,
    space: {
      place: parent,
      needed: component.bytes + component.items * BLOCK,
      free: bavail * bsize,
      fileSystem: String(dev),
    },
    findings: [
      ...(stays ? [staysFinding(live, stays)] : await mountItself(live, there)),
      ...(there ? await mountsBelow(live) : []),
      ...(await writeFindings(parent)),
      ...ownerFindings(live),
    ],
  };
}

async function statIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function existingParent(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path || (await statIfThere(parent))?.isDirectory()) return parent;
  return await existingParent(parent);
}

function staysFinding(live: string, stays: Stays): Finding {
  return {
    level: 'warning',
    message: `${live} ${stays}, so it stays and what is in it is exchanged, entry by entry`,
    hint: 'for a moment it is empty; what is staged and kept lies inside it',
  };
}

async function mountItself(live: string, stat: BigIntStats | undefined): Promise<Finding[]> {
  if (!stat || !(await isMountPoint(live))) return [];
  return [
    {
      level: 'problem',
      message: `${live} is a mount point and cannot be renamed, so it cannot be switched over`,
      hint: 'unmount it for the restore, or extract the component and copy its contents by hand',
    },
  ];
}

async function mountsBelow(live: string): Promise<Finding[]> {
  return (await mountPoints())
    .filter((mount) => mount.startsWith(`${live}${sep}`))
    .map((mount) => ({
      level: 'problem',
      message: `a file system is mounted at ${mount}, inside ${live}: it would stay with the old state`,
      hint: 'unmount it for the restore and mount it again afterwards',
    }));
}

async function writeFindings(parent: string): Promise<Finding[]> {
  try {
    await access(parent, constants.W_OK);
    return [];
  } catch (error) {
    return [
      {
        level: 'problem',
        message: `cannot write to ${parent}: ${systemErrorCode(error) ?? error}`,
        hint: 'run as root or Administrator',
      },
    ];
  }
}

function ownerFindings(live: string): Finding[] {
  if (process.geteuid === undefined || process.geteuid() === 0) return [];
  return [
    {
      level: 'warning',
      message: `owners cannot be set at ${live}: what is restored will belong to the user that runs this`,
      hint: 'run as root to bring owners back too',
    },
  ];
}
