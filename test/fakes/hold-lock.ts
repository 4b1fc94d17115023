/** A program that takes a system's lock, says so, and holds it until it is killed: STATE SYSTEM-ID */
import { systemClock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';

const [stateFolder, systemId] = process.argv.slice(2) as [string, string];
await using lock = await takeLock({ stateFolder, systemId, purpose: 'a backup', clock: systemClock() });
process.stdout.write(`held: ${lock.purpose}\n`);
await new Promise(() => setInterval(() => undefined, 1000));
