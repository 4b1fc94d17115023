import type { Connection } from '../../connect.ts';
import type { DatabaseObjects } from '../../format.ts';
import { createObject } from './create-object.ts';

/**
 * Makes the events of an archive and tells which of them the server did not take as they were: it drops an
 * event whose time has passed (note 1588), or disables it if it is to be preserved.
 */
export async function bringEvents(
  connection: Connection,
  { database, events }: DatabaseObjects,
  note: (text: string) => void,
): Promise<void> {
  for (const event of events) {
    if (!event.expired) await createObject(connection, { ...event, database });
  }
  if (events.length === 0) return;
  const rows = await connection.query<{ name: string; status: string }>(
    'SELECT EVENT_NAME AS name, STATUS AS status FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?',
    [database],
  );
  const there = new Map(rows.map(({ name, status }) => [name, status]));
  for (const { name, status } of events) {
    const now = there.get(name);
    if (now === status) continue;
    const text = now === undefined ? 'was not made again' : `is ${now.toLowerCase()} now`;
    note(`event ${database}.${name} ${text}: its time has passed`);
  }
}
