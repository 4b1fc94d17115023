import type { BigIntStats } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '#platform/clock.ts';
import { systemErrorCode } from '#platform/errors.ts';
import type { Component, FrozenView, Importance, Source, SourceReport } from '#sources/source.ts';
import { absentFingerprint } from '../absent-fingerprint.ts';
import { notHeld } from '../not-held.ts';
import { stateFingerprint } from '../state-fingerprint.ts';
import { bytePath } from './byte-path.ts';
import { noteList } from './note-list.ts';
import type { WalkedItem } from './walk-folder.ts';
import { whyUnreadable } from './why-unreadable.ts';
import { writeFiles } from './write/write-files.ts';

export interface FileOptions {
  name: string;
  /** Absolute; a symbolic link is followed: what the system reads there is saved. */
  path: string;
  importance: Importance;
  /** A private folder for what is needed while the backup runs; made if it is missing. */
  workFolder: string;
  clock: Clock;
}

/** One file, as the component `file/<name>`. */
export function fileSource(options: FileOptions): Source {
  const id = `file/${options.name}`;
  const described = { id, kind: 'file' as const, name: options.name, importance: options.importance };

  async function check(signal: AbortSignal): Promise<SourceReport> {
    const found = await look(options.path, signal);
    if (!('absent' in found)) return { source: id, bytes: Number(found.stat.size), findings: [] };
    const { code, detail } = found.absent;
    if (code === 'missing' && options.importance === 'optional') {
      return { source: id, bytes: 0, findings: [] };
    }
    const finding = {
      level: options.importance === 'required' ? ('problem' as const) : ('warning' as const),
      message: `the file ${options.path} ${code === 'missing' ? detail : `cannot be read: ${detail}`}`,
      hint: 'correct its path in sysbackup.conf, or mark it optional',
    };
    return { source: id, bytes: 0, findings: [finding] };
  }

  async function freeze(signal: AbortSignal): Promise<FrozenView> {
    const takenAt = options.clock.now();
    const found = await look(options.path, signal);
    const component: Component =
      'absent' in found
        ? { ...described, writeTo: async () => notHeld(described, found.absent) }
        : { ...described, writeTo: (sink, write) => writeFiles(single(found), sink, write) };
    const fingerprint =
      'absent' in found
        ? absentFingerprint(found.absent, options.importance)
        : await fingerprintOf(found, takenAt);
    return {
      takenAt,
      journal: [],
      bytes: 'absent' in found ? 0 : Number(found.stat.size),
      components: [fingerprint === undefined ? component : { ...component, fingerprint }],
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  function single({ real, stat }: FoundFile) {
    return {
      component: described,
      root: dirname(real),
      items: onlyItem({ path: bytePath(basename(real)), type: 'file', stat }),
      notes: noteList(),
      plan: { below: 0, packBytes: 0 },
      workFolder: options.workFolder,
      from: options.path,
    };
  }

  return { id, check, freeze };
}

interface FoundFile {
  real: string;
  stat: BigIntStats;
}

type Absent = { absent: { code: 'missing' | 'unreadable'; what: string; detail: string } };

async function look(path: string, signal: AbortSignal): Promise<FoundFile | Absent> {
  signal.throwIfAborted();
  try {
    const real = await realpath(path);
    const stat = await lstat(real, { bigint: true });
    if (!stat.isFile()) return { absent: { code: 'unreadable', what: path, detail: 'is not a file' } };
    // Tried, not asked for: access() forgets the capability by which a service may read what is root's alone.
    await (await open(real, 'r')).close();
    return { real, stat };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return { absent: { code: 'missing', what: path, detail: 'does not exist' } };
    }
    return { absent: { code: 'unreadable', what: path, detail: whyUnreadable(code) } };
  }
}

async function fingerprintOf({ real, stat }: FoundFile, now: Temporal.Instant): Promise<string | undefined> {
  const state = await stateFingerprint(real, now);
  state.add(real, stat);
  return state.value();
}

async function* onlyItem(item: WalkedItem): AsyncGenerator<WalkedItem> {
  yield item;
}
