import { mkdir } from 'node:fs/promises';
import type { ArchiveReader } from '#archive/archive.ts';
import type { Manifest } from '#archive/manifest.ts';
import type { SystemPrograms } from '#restore/log/log-record.ts';
import { type PlanInput, planRestore } from '#restore/plan/plan-restore.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { RestoreParts } from '#restore/restore-parts.ts';
import { plainManifest } from './archive-set.ts';
import { NEVER } from './backup-parts.ts';
import { settableClock } from './settable-clock.ts';
import { type SmallTarget, smallSwitching, smallTarget } from './small-target.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A manifest that holds these targets' components. */
export function manifestOf(targets: readonly SmallTarget[], changes: Partial<Manifest> = {}): Manifest {
  const components = targets.map(({ component }) => component);
  return { ...plainManifest({ components, extras: [] }), ...changes };
}

export const SAME_SYSTEM: PlanInput['installed'] = {
  id: '0190-test',
  name: 'Sample',
  version: { how: 'read', version: '2.9.8' },
};

export interface RestoreSite extends AsyncDisposable {
  targets: SmallTarget[];
  /** Every step of every target, in the order they were called. */
  steps: string[];
  parts: RestoreParts;
  stateFolder: string;
  /** A path beside the state folder. */
  file(name: string): string;
  plan(changes?: Partial<PlanInput>): Promise<RestorePlan>;
  live(): Promise<string[]>;
}

/** Three real small targets and everything a restore of them needs; agreed to unless a test takes that away. */
export async function restoreSite(changes: Partial<RestoreParts> = {}): Promise<RestoreSite> {
  const folder = await temporaryFolder();
  const steps: string[] = [];
  await mkdir(folder.file('live'));
  const targets: SmallTarget[] = [];
  for (const id of ['file/a', 'file/b', 'file/c']) {
    targets.push(await smallTarget(folder.file(`live/${id.replace('/', '-')}`), id, steps));
  }
  const manifest = manifestOf(targets);
  const archive: ArchiveReader = {
    manifest,
    members: [],
    size: 0,
    open: () => {
      throw new Error('small targets read nothing of the archive');
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return {
    targets,
    steps,
    stateFolder: folder.file('state'),
    file: (name) => folder.file(name),
    parts: {
      archive,
      targets: targets.map((target) => ({ target, components: [target.component] })),
      around: {
        programs: {},
        keepStopped: { units: [], services: [], folder: folder.file('units') },
        keepOldDays: 7,
      },
      switching: smallSwitching(targets),
      agreed: { confirmed: true, keys: new Set() },
      stateFolder: folder.file('state'),
      runId: 'run1',
      clock: settableClock(),
      onProgress: () => undefined,
      ...changes,
    },
    plan: async (input = {}) =>
      planRestore({
        manifest,
        installed: SAME_SYSTEM,
        profileFromArchive: false,
        reports: await Promise.all(targets.map((target) => target.inspect(NEVER))),
        left: [],
        ...input,
      }),
    live: () => Promise.all(targets.map((target) => target.live())),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The same parts with programs of the system. */
export function withPrograms(parts: RestoreParts, programs: SystemPrograms): RestoreParts {
  return { ...parts, around: { ...parts.around, programs } };
}
