import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { GATHERED, gatherDue } from './gather-due.ts';
import { type Memory, parseMemory } from './memory.ts';
import type { Channel, Notice } from './notice.ts';

/**
 * What is to be told to whom, kept on disk: a notice is put in once, whatever is killed or started again, and
 * each of its deliveries ends as sent, given up, or out of date. Several programs may use it at once.
 */
export interface Outbox extends Disposable {
  memory(): Memory;
  /** Changes the memory and puts in what follows from the change, both or neither. Nothing is put in twice. */
  update(
    change: (memory: Memory) => { memory: Memory; notices: Notice[] },
    channels: readonly Channel[],
  ): void;
  /**
   * Puts in what is to be told of many: for each channel one message holds all that came since the one before, which
   * is at least `every` seconds old. The first is sent within a minute. Nothing is put in twice.
   */
  gather(
    notices: readonly Notice[],
    channels: readonly Channel[],
    options: { every: number; now: Temporal.Instant },
  ): void;
  /**
   * Takes what is due for these channels, at most one notice for each, the oldest first. It counts as an attempt, and
   * belongs to the caller until the channel's time limit and a minute are over.
   */
  take(channels: readonly Channel[], now: Temporal.Instant): Delivery[];
  sent(delivery: Delivery): void;
  /** Due again after `wait` seconds; without a wait it is given up. */
  failed(delivery: Delivery, wait: number | undefined, now: Temporal.Instant): void;
  /** When something is due next for one of these channels. */
  nextDue(channels: readonly Channel[]): Temporal.Instant | undefined;
  /** The newest notices with the state of their deliveries, for the diagnostics. */
  recent(count: number): { notice: string; at: string; channel: string; state: string; attempts: number }[];
}

export interface Delivery {
  channel: Channel;
  notice: Notice;
  /** Counted from 1. */
  attempt: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS memory (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS notice (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER NOT NULL REFERENCES notice, channel TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    due INTEGER NOT NULL, PRIMARY KEY (seq, channel));
  CREATE TABLE IF NOT EXISTS gathering (channel TEXT PRIMARY KEY, at INTEGER NOT NULL);
`;

/** Notices are kept so that they are not put in again; older ones than these cannot come up any more. */
const KEPT_NOTICES = 500;
/** The same for those that are told in one message, which many more come between. */
const KEPT_GATHERED = 20_000;
/** What happens together is told together, in milliseconds. */
const TOGETHER_MS = 60_000;
/** Beyond a channel's time limit, in seconds, until what a killed program had taken is due again. */
const LEASE = 60;
/** Nothing waits longer; a due time that lies further ahead comes from a clock that was wrong. In milliseconds. */
const LONGEST_WAIT_MS = 3 * 3600_000;

/** Throws `state-unusable` if it cannot be opened; one that is damaged is put aside and begun anew. */
export async function openOutbox(stateFolder: string, systemId: string): Promise<Outbox> {
  const path = outboxPath(stateFolder, systemId);
  await privateFolder(dirname(path));
  try {
    return outboxOn(await openDatabase(path));
  } catch (cause) {
    const message = messageOf(cause);
    throw new LifeboatError('state-unusable', `cannot use ${path}: ${message}`, {
      hint: 'the state folder must be writable for the user that runs lifeboat, and have room',
      cause,
    });
  }
}

export function outboxPath(stateFolder: string, systemId: string): string {
  return join(stateFolder, 'notify', `${systemId}.sqlite`);
}

async function openDatabase(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import('node:sqlite');
  for (let attempt = 0; ; attempt += 1) {
    // SQLite would make it readable for everyone.
    await (await open(path, 'a', 0o600)).close();
    const database = new DatabaseSync(path, { timeout: 5000 });
    try {
      database.exec(SCHEMA);
      return database;
    } catch (error) {
      database.close();
      if (attempt > 0 || !/not a database|malformed/.test(String(error))) throw error;
      await rename(path, `${path}.damaged`);
    }
  }
}

function outboxOn(database: DatabaseSync): Outbox {
  const memory = (): Memory => parseMemory(text(database.prepare('SELECT body FROM memory').get()?.['body']));
  return {
    memory,
    update: (change, channels) =>
      inTransaction(database, () => {
        const after = change(memory());
        database
          .prepare('INSERT OR REPLACE INTO memory (one, body) VALUES (1, ?)')
          .run(JSON.stringify(after.memory));
        for (const notice of after.notices) putIn(database, notice, channels);
        forgetOld(database);
      }),
    gather: (notices, channels, { every, now }) =>
      inTransaction(database, () => {
        const dueOf = (channel: Channel) =>
          gatheringDue(database, channel.id, every * 1000, now.epochMilliseconds);
        for (const notice of notices) putIn(database, notice, channels, { state: 'gathering', dueOf });
        forgetOld(database);
      }),
    take: (channels, now) => inTransaction(database, () => takeDue(database, channels, now)),
    sent: ({ notice, channel }) => setState(database, notice.id, channel.id, 'sent', 0),
    failed: ({ notice, channel }, wait, now) =>
      inTransaction(database, () => {
        const outdated = channel.latestOnly && hasNewer(database, notice.id, channel.id);
        const state = outdated ? 'out of date' : wait === undefined ? 'given up' : 'waiting';
        setState(database, notice.id, channel.id, state, now.epochMilliseconds + (wait ?? 0) * 1000);
      }),
    nextDue(channels) {
      const due = database
        .prepare(`SELECT min(due) AS due FROM delivery WHERE ${OPEN} AND ${among(channels)}`)
        .get(...channels.map(({ id }) => id))?.['due'];
      return typeof due === 'number' ? Temporal.Instant.fromEpochMilliseconds(due) : undefined;
    },
    recent: (count) => recentDeliveries(database, count),
    [Symbol.dispose]: () => database.close(),
  };
}

const OPEN = `state IN ('waiting', 'sending', 'gathering')`;

function among(channels: readonly Channel[]): string {
  return `channel IN (${channels.map(() => '?').join(', ')})`;
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A failed COMMIT may have ended it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** A clock that was ahead at the last message must not put the next one off. */
function gatheringDue(database: DatabaseSync, channel: string, everyMs: number, now: number): number {
  const last = Number(
    database.prepare('SELECT at FROM gathering WHERE channel = ?').get(channel)?.['at'] ?? 0,
  );
  const soon = now + Math.min(TOGETHER_MS, everyMs);
  return last > now ? soon : Math.max(soon, last + everyMs);
}

function putIn(
  database: DatabaseSync,
  notice: Notice,
  channels: readonly Channel[],
  { state, dueOf }: { state: string; dueOf: (channel: Channel) => number } = {
    state: 'waiting',
    dueOf: () => 0,
  },
): void {
  const { changes, lastInsertRowid: seq } = database
    .prepare('INSERT OR IGNORE INTO notice (id, body) VALUES (?, ?)')
    .run(notice.id, JSON.stringify(notice));
  if (Number(changes) === 0) return;
  for (const channel of channels.filter(({ wants }) => wants(notice.kind))) {
    if (channel.latestOnly) {
      database
        .prepare(`UPDATE delivery SET state = 'out of date' WHERE channel = ? AND state = 'waiting'`)
        .run(channel.id);
    }
    database
      .prepare('INSERT INTO delivery (seq, channel, state, attempts, due) VALUES (?, ?, ?, 0, ?)')
      .run(seq, channel.id, state, dueOf(channel));
  }
}

function forgetOld(database: DatabaseSync): void {
  const last = `(SELECT max(seq) - ${KEPT_NOTICES} FROM notice)`;
  const untold = `SELECT seq FROM delivery JOIN notice USING (seq)
    WHERE seq > (SELECT max(seq) - ${KEPT_GATHERED} FROM notice)
      AND (state = 'gathering' OR (id LIKE '${GATHERED}%' AND ${OPEN}))`;
  const old = `seq <= ${last} AND seq NOT IN (${untold})`;
  database.exec(`DELETE FROM delivery WHERE seq IN (SELECT seq FROM notice WHERE ${old})`);
  database.exec(`DELETE FROM notice WHERE ${old}`);
}

function takeDue(database: DatabaseSync, channels: readonly Channel[], at: Temporal.Instant): Delivery[] {
  const now = at.epochMilliseconds;
  const isDue = `(due <= ${now} OR due > ${now + LONGEST_WAIT_MS})`;
  for (const { id } of channels) gatherDue(database, id, { now: at, isDue });
  const oldest = database.prepare(`
    SELECT delivery.seq AS seq, body, attempts FROM delivery JOIN notice USING (seq)
    WHERE channel = ? AND state IN ('waiting', 'sending') AND ${isDue}
      AND NOT EXISTS (SELECT 1 FROM delivery AS other
        WHERE other.channel = delivery.channel AND other.state = 'sending' AND NOT ${isDue.replaceAll('due', 'other.due')})
    ORDER BY delivery.seq LIMIT 1`);
  const begin = database.prepare(
    `UPDATE delivery SET state = 'sending', attempts = attempts + 1, due = ? WHERE seq = ? AND channel = ?`,
  );
  return channels.flatMap((channel) => {
    const row = oldest.get(channel.id);
    if (row === undefined) return [];
    begin.run(now + (channel.timeLimit + LEASE) * 1000, Number(row['seq']), channel.id);
    return [{ channel, notice: JSON.parse(text(row['body']) ?? ''), attempt: Number(row['attempts']) + 1 }];
  });
}

function hasNewer(database: DatabaseSync, id: string, channel: string): boolean {
  const newer = database.prepare(
    'SELECT 1 FROM delivery WHERE channel = ? AND seq > (SELECT seq FROM notice WHERE id = ?)',
  );
  return newer.get(channel, id) !== undefined;
}

function setState(database: DatabaseSync, id: string, channel: string, state: string, due: number): void {
  database
    .prepare(
      'UPDATE delivery SET state = ?, due = ? WHERE channel = ? AND seq = (SELECT seq FROM notice WHERE id = ?)',
    )
    .run(state, due, channel, id);
}

function recentDeliveries(database: DatabaseSync, count: number): ReturnType<Outbox['recent']> {
  const rows = database
    .prepare(
      'SELECT id, body, channel, state, attempts FROM delivery JOIN notice USING (seq) ORDER BY seq DESC LIMIT ?',
    )
    .all(count);
  return rows.map((row) => ({
    notice: String(row['id']),
    at: JSON.parse(String(row['body'])).at,
    channel: String(row['channel']),
    state: String(row['state']),
    attempts: Number(row['attempts']),
  }));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
