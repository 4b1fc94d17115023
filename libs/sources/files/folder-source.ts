import { realpath, stat } from 'node:fs/promises';
import picomatch from 'picomatch';
import type { Clock } from '#platform/clock.ts';
import { systemErrorCode } from '#platform/errors.ts';
import type {
  Component,
  Finding,
  FrozenView,
  Importance,
  Note,
  Source,
  SourceReport,
} from '#sources/source.ts';
import { absentFingerprint } from '../absent-fingerprint.ts';
import { notHeld } from '../not-held.ts';
import { stateFingerprint } from '../state-fingerprint.ts';
import { countFolder } from './count-folder.ts';
import { findPlaces, liesIn } from './never-inside.ts';
import { noteList } from './note-list.ts';
import { type WalkedItem, type WalkOptions, walkFolder } from './walk-folder.ts';
import { type FolderSize, planPacks } from './write/plan-packs.ts';
import { writeFiles } from './write/write-files.ts';

export interface FolderOptions {
  name: string;
  /** Absolute; a symbolic link there is followed, those inside are not. */
  path: string;
  importance: Importance;
  /** Globs below the folder; what one matches is left out with everything in it. */
  exclude: readonly string[];
  /** Absolute paths that are never part of a set, wherever they lie: destinations, journal, state, staging. */
  neverInside: readonly string[];
  /** A private folder for what is needed while the backup runs; made if it is missing. */
  workFolder: string;
  clock: Clock;
}

/** A folder with everything in it, as the component `folder/<name>`. */
export function folderSource(options: FolderOptions): Source {
  const id = `folder/${options.name}`;

  async function check(signal: AbortSignal): Promise<SourceReport> {
    const found = await look(options, signal);
    if ('absent' in found) return { source: id, bytes: 0, findings: found.findings };
    return { source: id, bytes: found.size.bytes, findings: found.findings };
  }

  async function freeze(signal: AbortSignal): Promise<FrozenView> {
    const takenAt = options.clock.now();
    const found = await look(options, signal);
    const held = !('absent' in found) && !(options.importance === 'optional' && found.size.files === 0);
    const component = held ? presentComponent(found.root, found.size) : absentComponent(found);
    const fingerprint = held
      ? found.fingerprint
      : absentFingerprint('absent' in found ? found.absent : undefined, options.importance);
    return {
      takenAt,
      journal: [],
      bytes: held ? found.size.bytes : 0,
      components: [fingerprint === undefined ? component : { ...component, fingerprint }],
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  const described = { id, kind: 'folder' as const, name: options.name, importance: options.importance };

  function presentComponent(root: string, size: FolderSize): Component {
    return {
      ...described,
      async writeTo(sink, write) {
        const notes = noteList();
        const items = walkFolder(root, await walkOptions(options, notes, write.signal));
        let first: IteratorResult<WalkedItem>;
        try {
          first = await items.next();
        } catch (error) {
          write.signal.throwIfAborted();
          return notHeld(described, whyAbsent(error, options.path));
        }
        const { path: from, workFolder } = options;
        const all = withFirst(first, items);
        const plan = planPacks(size);
        return await writeFiles(
          { component: described, root, items: all, notes, plan, from, workFolder },
          sink,
          write,
        );
      },
    };
  }

  function absentComponent(found: Looked): Component {
    const note = 'absent' in found ? found.absent : undefined;
    return { ...described, writeTo: async () => notHeld(described, note) };
  }

  return { id, check, freeze };
}

type Looked =
  | { root: string; size: FolderSize; fingerprint: string | undefined; findings: Finding[] }
  | { absent: WhyAbsent; findings: Finding[] };

/** Counts what a backup would read, or says why there is nothing to read. */
async function look(options: FolderOptions, signal: AbortSignal): Promise<Looked> {
  const { path, importance } = options;
  try {
    const root = await realpath(path);
    if (!(await stat(root)).isDirectory()) return absent('unreadable', path, 'is not a folder', importance);
    if (await liesIn(root, await findPlaces(options.neverInside, signal))) {
      return absent('unreadable', path, 'belongs to the backup itself', importance);
    }
    const notes = noteList();
    const state = await stateFingerprint(root, options.clock.now());
    const size = await countFolder(root, await walkOptions(options, notes, signal), (item) =>
      state.add(item.path, item.stat),
    );
    const findings = notes
      .list()
      .filter((note) => note.code === 'unreadable')
      .map((note) => ({
        level: 'warning' as const,
        message: `${note.what} cannot be read: ${note.detail ?? ''}`,
        hint: 'give the user that runs lifeboat the right to read it, or exclude it',
      }));
    return { root, size, fingerprint: state.value(), findings };
  } catch (error) {
    signal.throwIfAborted();
    const { code, detail } = whyAbsent(error, path);
    return absent(code, path, detail, importance);
  }
}

type WhyAbsent = Note & { code: 'missing' | 'unreadable'; detail: string };

function whyAbsent(error: unknown, what: string): WhyAbsent {
  const code = systemErrorCode(error);
  if (code === undefined) throw error;
  const gone = code === 'ENOENT' || code === 'ENOTDIR';
  return { code: gone ? 'missing' : 'unreadable', what, detail: gone ? 'does not exist' : code };
}

async function* withFirst<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

function absent(
  code: 'missing' | 'unreadable',
  what: string,
  detail: string,
  importance: Importance,
): Looked {
  const expected = code === 'missing' && importance === 'optional';
  const finding: Finding = {
    level: importance === 'required' ? 'problem' : 'warning',
    message: `the folder ${what} ${code === 'missing' ? detail : `cannot be read: ${detail}`}`,
    hint: 'correct its path in sysbackup.conf, or mark it optional',
  };
  return { absent: { code, what, detail }, findings: expected ? [] : [finding] };
}

async function walkOptions(
  { exclude, neverInside }: FolderOptions,
  notes: WalkOptions['notes'],
  signal: AbortSignal,
): Promise<WalkOptions> {
  const nocase = process.platform === 'win32';
  const patterns = exclude.map((pattern) => pattern.replace(/^\.?\/+|\/+$/g, ''));
  const excluded = patterns.length > 0 ? picomatch(patterns, { dot: true, nocase }) : () => false;
  return { excluded, never: await findPlaces(neverInside, signal), notes, signal };
}
