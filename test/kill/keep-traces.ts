import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KillSystem } from './kill-system.ts';
import { leftovers } from './leftovers.ts';
import type { RoundRecord } from './round-record.ts';

/** Keeps what tells how a round went wrong: its record, the logs and the journal, what lies where. */
export async function keepTraces(system: KillSystem, record: RoundRecord, folder: string): Promise<void> {
  const { operation, lane, round, wrong } = record;
  const place = join(folder, `wrong ${operation} ${lane}-${round}`);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'round.json'), `${JSON.stringify(record, undefined, 1)}\n`);
  await writeFile(join(place, 'wrong.txt'), `${wrong.join('\n')}\n`);
  for (const name of ['restores', 'logs']) {
    await cp(join(system.state, name), join(place, name), { recursive: true });
  }
  const left = await leftovers(system).catch((error) => [`could not be listed: ${error}`]);
  await writeFile(join(place, 'leftovers.txt'), `${left.join('\n')}\n`);
}
