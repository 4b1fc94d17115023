/**
 * A program that takes a system's lock again and again for so many milliseconds: STATE SYSTEM-ID MARKER MS.
 * While it holds the lock it makes a file that must not exist; prints how often it held it.
 */
import { open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';

const [stateFolder, systemId, marker, ms] = process.argv.slice(2) as [string, string, string, string];
const clock = systemClock();
let held = 0;
for (const end = clock.elapsed() + Number(ms); clock.elapsed() < end; ) {
  try {
    await using _lock = await takeLock({ stateFolder, systemId, purpose: 'a turn', clock });
    await (await open(marker, 'wx')).close();
    await sleep(Math.random() * 4);
    await rm(marker);
    held += 1;
  } catch (error) {
    if (!(error instanceof LifeboatError && error.code === 'system-locked')) throw error;
  }
  await sleep(Math.random() * 4);
}
process.stdout.write(String(held));
