import { stat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import { type Alarm, alarmsOf } from './alarms-of.ts';
import { openOutbox, outboxPath } from './open-outbox.ts';

/** The alarms of a system that hold now, for whoever shows how it stands; nothing is made where there were never any. */
export async function readAlarms(stateFolder: string, systemId: string): Promise<Alarm[]> {
  try {
    await stat(outboxPath(stateFolder, systemId));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
  using outbox = await openOutbox(stateFolder, systemId);
  return alarmsOf(outbox.memory());
}
