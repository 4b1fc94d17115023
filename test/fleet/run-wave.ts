import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BREAKAGES, type Breakage, breakTenant } from './break-tenant.ts';
import { addTenant, makeFleet } from './make-fleet.ts';

export interface WaveOptions {
  good: number;
  /** How many of each kind beside them. */
  broken: Partial<Record<Breakage, number>>;
  /** Of each tenant's database, at least. */
  bytes: number;
  atOnce: number;
}

export interface Wave {
  runs: TenantRun[];
  /** Seconds from the due time until the last good tenant's backup was done. */
  seconds: number;
  /** Seconds that a good tenant waited for its turn. */
  waits: { median: number; longest: number };
  mostAtOnce: number;
  /** Of the service, in bytes. */
  peakMemory: number;
  openFiles: number;
}

export interface TenantRun {
  tenant: string;
  /** Undefined for a good one. */
  broken: Breakage | undefined;
  state: string;
  code: string;
  message: string;
  /** Seconds after the due time. */
  began: number;
  ended: number;
}

const DUE = Temporal.Instant.from('2031-03-04T23:45:00Z');

const PROFILE = `[system]
version = 1.0

[sqlite main]
path = db/main.sqlite
required = yes

[backup]
frequency = Daily
time = 23:45
`;

/** One night of a fleet: all its tenants are due at one moment. Resolves when each has had its backup. */
export async function runWave({ good, broken, bytes, atOnce }: WaveOptions): Promise<Wave> {
  await using fleet = await makeFleet({ profile: PROFILE, tenants: `at_once = ${atOnce}` });
  await using breakages = new AsyncDisposableStack();
  const bad = new Map<string, Breakage>();
  // Their names put them among the first, where they would hold up the others.
  for (const how of BREAKAGES) {
    for (let one = 0; one < (broken[how] ?? 0); one += 1) {
      const name = `a-${how}-${one}`;
      breakages.use(await breakTenant(await addTenant(fleet, name, bytes), how));
      bad.set(name, how);
    }
  }
  for (let one = 0; one < good; one += 1) await addTenant(fleet, `tenant-${one}`, bytes);
  const all = good + bad.size;
  // Until then each has been found and its schedule begun.
  const lead = 4_000 + all * 30;
  const service = join(import.meta.dirname, 'fleet-service.ts');
  const child = spawn(process.execPath, [service, fleet.conf, DUE.toString(), String(lead)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const watch = watchProcess(child.pid ?? 0);
  try {
    const runs = await readRuns(child.stderr, all, bad);
    return { ...(await watch.end()), ...summed(runs), runs };
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

async function readRuns(
  log: NodeJS.ReadableStream,
  count: number,
  bad: ReadonlyMap<string, Breakage>,
): Promise<TenantRun[]> {
  const runs = new Map<string, TenantRun>();
  const words: string[] = [];
  for await (const line of createInterface({ input: log })) {
    if (!line.startsWith('{')) {
      words.push(line);
      continue;
    }
    const { what, tenant, startedAt, durationMs, state, code, message } = JSON.parse(line);
    if (what !== 'backup of a tenant ended' || runs.has(tenant)) continue;
    const began = DUE.until(Temporal.Instant.from(startedAt)).total('seconds');
    const run = { tenant, broken: bad.get(tenant), state, code, message, began };
    runs.set(tenant, { ...run, ended: began + durationMs / 1000 });
    if (runs.size === count) return [...runs.values()];
  }
  throw new Error(`the service ended after ${runs.size} of ${count} backups: ${words.join('; ')}`);
}

function summed(runs: readonly TenantRun[]): Pick<Wave, 'seconds' | 'waits' | 'mostAtOnce'> {
  const good = runs.filter(({ broken }) => broken === undefined);
  const waits = good.map(({ began }) => began).sort((a, b) => a - b);
  const overlaps = runs.map(
    ({ began }) => runs.filter((other) => other.began <= began && began < other.ended).length,
  );
  return {
    seconds: Math.max(...good.map(({ ended }) => ended)),
    waits: { median: waits[Math.floor(waits.length / 2)] ?? 0, longest: waits.at(-1) ?? 0 },
    mostAtOnce: Math.max(...overlaps),
  };
}

/** Memory by the kernel's own high-water mark; open files are looked at five times a second. */
function watchProcess(pid: number): { end(): Promise<Pick<Wave, 'peakMemory' | 'openFiles'>> } {
  let openFiles = 0;
  const timer = setInterval(async () => {
    openFiles = Math.max(openFiles, (await readdir(`/proc/${pid}/fd`).catch(() => [])).length);
  }, 200);
  return {
    async end() {
      clearInterval(timer);
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return { openFiles, peakMemory: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024 };
    },
  };
}
