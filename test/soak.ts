/**
 * `npm run soak`: 500 small backups one after the other in one process, as the service makes them: a SQLite
 * database that is written to, folders whose files change, single files; three archives kept. Ends with
 * status 1 unless memory and open files at the end are within 10 % of those after the tenth, every backup was
 * done, and exactly the three newest archives are left, whole. `-- 60` makes 60.
 *
 * Memory is what the system gave the process. The collector runs after each backup: it runs by itself when it
 * likes, and what waits for it makes malloc keep some 20 MB more in one run than in another.
 */
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { proveArchive } from '#backup/prove-archive.ts';
import { systemClock } from '#platform/clock.ts';
import { composeNotifier } from '../apps/service/compose/compose-notifier.ts';
import { composeSystem } from '../apps/service/compose/compose-system.ts';
import type { ComposedSystem } from '../apps/service/compose/composed-system.ts';
import { makeBackup } from '../apps/service/make-backup.ts';
import { type RealSystem, realSystem } from './e2e/real-system.ts';

interface Sample {
  /** Of the whole process, in bytes, after the collector ran. */
  memory: number;
  openFiles: number;
  /** What keeps a program alive: timers, sockets, workers. */
  resources: number;
}

const KEEP = 3;
const FROM = 10;
const ALLOWED = 0.1;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as (options: object) => void;
/** Without this flavour it keeps pages for objects to come. */
const collect = () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });

const rounds = Number(process.argv[2] ?? 500);
const began = performance.now();
const { from, to } = await soak(rounds);
const seconds = ((performance.now() - began) / 1000).toFixed(0);
const grown = (name: keyof Sample) => `${change(from[name], to[name])} %`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(
  `${rounds} backups in ${seconds} s, all done, the ${KEEP} newest archives left and whole; from the ${FROM}th to the last: ` +
    `memory ${megabytes(from.memory)} to ${megabytes(to.memory)} (${grown('memory')}), ` +
    `open files ${from.openFiles} to ${to.openFiles} (${grown('openFiles')}), ` +
    `timers, sockets and threads ${from.resources} to ${to.resources}`,
);
const within = (name: keyof Sample) => to[name] <= from[name] * (1 + ALLOWED);
if (!within('memory') || !within('openFiles') || !within('resources')) {
  console.error(`not within ${ALLOWED * 100} %`);
  process.exitCode = 1;
}

async function soak(rounds: number): Promise<{ from: Sample; to: Sample }> {
  await using site = await realSystem({ conf: { backup: [`keep = ${KEEP}`] } });
  const context = { clock: systemClock(), environment: {}, conf: site.conf, state: site.state };
  const system = await composeSystem(context);
  using notifier = await composeNotifier(system, context);
  const signal = new AbortController().signal;
  let from: Sample | undefined;
  for (let round = 1; round <= rounds; round += 1) {
    await changeSomething(site, round);
    const run = { ...context, notifier, signal, onProgress: () => undefined };
    const { state, message, lines } = await makeBackup(system, run);
    if (state !== 'done') throw new Error(`backup ${round} ended ${state}: ${message}\n${lines.join('\n')}`);
    collect();
    if (process.stderr.isTTY) process.stderr.write(`\r${round} of ${rounds} `);
    if (round === FROM) from = await sample();
  }
  const to = await sample();
  await checkArchives(site, system, rounds);
  if (from === undefined) throw new Error(`make more than ${FROM} backups`);
  return { from, to };
}

async function changeSomething({ root }: RealSystem, round: number): Promise<void> {
  const database = new DatabaseSync(join(root, 'db', 'log.db'));
  const insert = database.prepare('INSERT INTO line (text) VALUES (?)');
  for (let line = 0; line < 20; line += 1) insert.run(`line ${line} of round ${round}`);
  database.exec('DELETE FROM line WHERE id < (SELECT max(id) - 600 FROM line)');
  database.close();
  await writeFile(join(root, 'image', `person ${round % 40}.jpg`), Buffer.alloc(900 + (round % 100), round));
  await writeFile(join(root, 'conf', 'setting.conf'), `[door]\nopen = ${round}\n`);
}

async function sample(): Promise<Sample> {
  // What was closed a moment ago has its last callbacks to run, and some memory is freed by finalizers only.
  for (let again = 0; again < 3; again += 1) {
    await sleep(100);
    collect();
  }
  return {
    memory: process.memoryUsage.rss(),
    openFiles: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
  };
}

async function checkArchives(site: RealSystem, system: ComposedSystem, rounds: number): Promise<void> {
  const archives = await site.archives();
  const numbers = archives.map((path) => Number(/-(\d+)\.zip$/.exec(path)?.[1])).sort((a, b) => a - b);
  const wanted = Array.from({ length: KEEP }, (_, index) => rounds - KEEP + 1 + index);
  if (numbers.join() !== wanted.join())
    throw new Error(`archives left: ${archives.map((path) => basename(path))}`);
  for (const path of archives) {
    await proveArchive(path, { onProgress: () => undefined }, new AbortController().signal);
  }
  const drafts = readdirSync(join(site.backups, '.lifeboat', `${system.id}.drafts`));
  if (drafts.length > 0) throw new Error(`drafts left: ${drafts}`);
}

function change(from: number, to: number): string {
  const percent = (to / from - 1) * 100;
  return `${percent < 0 ? '' : '+'}${percent.toFixed(1)}`;
}
