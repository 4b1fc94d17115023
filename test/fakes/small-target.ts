import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Switching } from '#restore/transaction.ts';
import type { RestoreTarget } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';

/** The steps at which a small target can be told to fail. */
export type Step = 'stage' | 'check' | 'prepare' | 'switchOver' | 'undo' | 'dispose';

export interface SmallTarget extends RestoreTarget {
  /** Every step that was called, in order. */
  readonly steps: string[];
  /** What each step throws, if anything. */
  failAt: Partial<Record<Step, Error>>;
  /** Runs before the step does anything. */
  before: (step: Step) => Promise<void>;
  live(): Promise<string>;
  /** Called before its way back does anything. */
  goBack(): Promise<void>;
  component: ComponentRecord;
}

/** A real target of one small file: staged beside it, switched over by rename, the old one kept beside it. */
export async function smallTarget(folder: string, id: string, steps: string[] = []): Promise<SmallTarget> {
  await mkdir(folder, { recursive: true });
  const live = join(folder, 'live');
  const staged = join(folder, 'staged');
  const old = join(folder, 'old');
  await writeFile(live, `old state of ${id}`);

  const enter = async (step: Step): Promise<void> => {
    steps.push(`${step} ${id}`);
    await target.before(step);
    const error = target.failAt[step];
    if (error !== undefined) throw error;
  };
  const target: SmallTarget = {
    id,
    steps,
    failAt: {},
    before: async () => undefined,
    live: () => readFile(live, 'utf8'),
    component: {
      id,
      kind: 'file',
      name: id,
      importance: 'normal',
      state: 'complete',
      bytes: 9,
      sha256: '0'.repeat(64),
      items: 1,
      notes: [],
      members: [],
      details: {},
    },
    inspect: async () => ({ components: [{ id, place: live, now: '1 file' }], space: [], findings: [] }),
    async stage(_component, _archive, { onBytes }) {
      await enter('stage');
      await writeFile(staged, 'new state');
      onBytes(9, id);
    },
    async check() {
      await enter('check');
      return [{ component: id, result: 'equal to the archive' }];
    },
    announce: async () => ({ target: id, engine: 'file', state: staged }),
    async prepare() {
      await enter('prepare');
      return { target: id, engine: 'file', state: folder };
    },
    async switchOver(log) {
      await log.before({ what: `put the new ${id} in place`, goBack: `mv ${old} ${live}` });
      await enter('switchOver');
      await rename(live, old);
      await rename(staged, live);
    },
    goBack: () => enter('undo'),
    async [Symbol.asyncDispose]() {
      await enter('dispose');
      await rm(staged, { force: true });
    },
  };
  return target;
}

/** The ways back of small targets, by their records alone: `old` exists if the new one is, or was, live. */
export function smallSwitching(targets: readonly SmallTarget[]): Switching {
  return {
    async switched(record) {
      const folder = String(record.state);
      const [live, staged, old] = ['live', 'staged', 'old'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      return {
        id: record.target,
        look: async () => (existsSync(old) ? 'after' : 'before'),
        async goBack() {
          if (!existsSync(old)) return;
          await targets.find(({ id }) => id === record.target)?.goBack();
          if (existsSync(live)) await rename(live, staged);
          await rename(old, live);
        },
        reverse: async () => {
          throw new Error('small targets are not undone');
        },
        forget: () => rm(old, { force: true }),
        kept: async () => [{ component: record.target, place: old, goBack: [`mv ${old} ${live}`] }],
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    reach: async () => undefined,
    dropStaged: (record) => rm(String(record.state), { force: true }),
  };
}
