import { type BigIntStats, constants } from 'node:fs';
import { access, lstat, stat, statfs } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import type { ComponentRecord, Finding, TargetReport } from '#sources/source.ts';
import { mountPoints } from './mount-points.ts';

/** What a restore must know of the place where it is to put something. */
export interface InspectedPlace {
  /** What is there; undefined if nothing is. */
  stat: BigIntStats | undefined;
  space: TargetReport['space'][number];
  findings: Finding[];
}

/** Staged files take whole blocks. */
const BLOCK = 4096;

/**
 * Looks at a place without changing anything. Found to be a problem: what cannot be renamed (a mount point,
 * or a file system mounted below it) and a parent that may not be written. A warning: owners that only
 * root could set.
 */
export async function inspectPlace(live: string, component: ComponentRecord): Promise<InspectedPlace> {
  const there = await statIfThere(live);
  const parent = await existingParent(live);
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
      ...(await mountFindings(live, there, parent)),
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

async function mountFindings(
  live: string,
  stat: BigIntStats | undefined,
  parent: string,
): Promise<Finding[]> {
  if (!stat) return [];
  const mounts = await mountPoints();
  const other = stat.dev !== (await lstat(parent, { bigint: true })).dev;
  if (other || mounts.includes(live)) {
    return [
      {
        level: 'problem',
        message: `${live} is a mount point and cannot be renamed, so it cannot be switched over`,
        hint: 'unmount it for the restore, or extract the component and copy its contents by hand',
      },
    ];
  }
  return mounts
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
