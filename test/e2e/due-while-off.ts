import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RealSystem } from './real-system.ts';
import { startService } from './start-service.ts';

export const PATIENT = { timeout: 30_000, interval: 100 };

/** Lets a service know the system, and then a day go by without it: for its backups, or for its drills. */
export async function dueWhileOff(system: RealSystem, what: 'backup' | 'drill' = 'backup'): Promise<void> {
  const service = await startService(system);
  const id = /^id = (.+)$/m.exec(await readFile(system.conf, 'utf8'))?.[1];
  const path = join(system.state, 'schedule', `${id}${what === 'drill' ? '.drill' : ''}.json`);
  await expect.poll(() => isThere(path), PATIENT).toBe(true);
  await service.stop();
  const known = JSON.parse(await readFile(path, 'utf8'));
  const before = Temporal.Instant.from(known.handled).subtract({ hours: 25 });
  await writeFile(path, JSON.stringify({ ...known, handled: before.toString() }));
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
