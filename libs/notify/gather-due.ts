import type { DatabaseSync } from 'node:sqlite';
import { gatherNotices } from './gather-notices.ts';
import type { Notice } from './notice.ts';

/**
 * Makes one delivery of all that waits to be gathered for a channel, if the time for it has come; in the caller's
 * transaction, so that each is told in one message, whatever is killed. A single one stays as it is.
 */
export function gatherDue(
  database: DatabaseSync,
  channel: string,
  { now, isDue }: { now: Temporal.Instant; isDue: string },
): void {
  const waiting = `FROM delivery JOIN notice USING (seq) WHERE channel = ? AND state = 'gathering'`;
  if (database.prepare(`SELECT 1 ${waiting} AND ${isDue} LIMIT 1`).get(channel) === undefined) return;
  const rows = database
    .prepare(`SELECT delivery.seq AS seq, id, body ${waiting} ORDER BY delivery.seq`)
    .all(channel);
  const [first, ...others] = rows.map(({ body }): Notice => JSON.parse(String(body)));
  if (first === undefined) return;
  database
    .prepare('INSERT OR REPLACE INTO gathering (channel, at) VALUES (?, ?)')
    .run(channel, now.epochMilliseconds);
  const become = database.prepare(
    `UPDATE delivery SET state = ?, due = 0 WHERE channel = ? AND state = 'gathering'`,
  );
  if (others.length === 0) {
    become.run('waiting', channel);
    return;
  }
  become.run('gathered', channel);
  const id = `${GATHERED}${channel} ${rows.at(-1)?.['id']}`;
  const { lastInsertRowid: seq } = database
    .prepare('INSERT INTO notice (id, body) VALUES (?, ?)')
    .run(id, JSON.stringify(gatherNotices([first, ...others], id, now.toString())));
  database
    .prepare(`INSERT INTO delivery (seq, channel, state, attempts, due) VALUES (?, ?, 'waiting', 0, 0)`)
    .run(seq, channel);
}

/** What ids of gathered notices begin with. */
export const GATHERED = 'gathered ';
