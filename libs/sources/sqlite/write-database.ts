import type { ComponentRecord, Importance, MemberSink, Note, WriteOptions } from '#sources/source.ts';
import { memberSegment } from '../member-segment.ts';
import { damageIn, databaseFacts, uncheckedIn } from './database-facts.ts';
import type { Ownership } from './ownership.ts';
import type { SqliteDetails } from './sqlite-details.ts';
import { writeParts } from './write-parts.ts';

/** A database as it was copied at the freeze. */
export interface FrozenDatabase {
  id: string;
  kind: 'sqlite-database';
  name: string;
  importance: Importance;
  /** A file that nobody else knows. */
  copy: string;
  /** Where the original is, for a person. */
  from: string;
  ownership: Ownership;
}

/** Checks the copy and writes its parts. A damaged one is written all the same, and its record says what is wrong. */
export async function writeDatabase(
  { copy, from, ownership, ...described }: FrozenDatabase,
  sink: MemberSink,
  write: WriteOptions,
): Promise<ComponentRecord> {
  const prefix = `sqlite/${memberSegment(described.name)}`;
  const [facts, { members, form, bytes, sha256 }] = await bothOrNeither(
    write.signal,
    (signal) => databaseFacts(copy, signal),
    (signal) => writeParts(copy, prefix, described.id, sink, { ...write, signal }),
  );
  const details: SqliteDetails = { from, form, ...facts, ...ownership };
  const damage = damageIn(facts.integrity);
  return {
    ...described,
    state: damage.length > 0 ? 'partial' : 'complete',
    bytes,
    sha256,
    items: facts.tables.length,
    rows: facts.tables.reduce((sum, { rows }) => sum + Math.max(0, rows), 0),
    notes: [...damageNotes(from, damage), ...informing(from, facts)],
    members,
    details,
  };
}

/** Side by side: the check takes as long as the writing. If one fails the other is ended and waited for. */
async function bothOrNeither<A, B>(
  signal: AbortSignal,
  first: (signal: AbortSignal) => Promise<A>,
  second: (signal: AbortSignal) => Promise<B>,
): Promise<[A, B]> {
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const both = [first(ended), second(ended)] as const;
  try {
    return await Promise.all(both);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(both);
    throw error;
  }
}

function damageNotes(what: string, damage: string[]): Note[] {
  return damage.map((line) => ({
    code: 'unreadable',
    what,
    detail: `the database is damaged, its integrity check says: ${line}`,
  }));
}

function informing(what: string, facts: { tables: unknown[]; integrity: string[] }): Note[] {
  const notes = uncheckedIn(facts.integrity).map((detail): Note => ({ code: 'info', what, detail }));
  if (facts.tables.length > 0 || damageIn(facts.integrity).length > 0) return notes;
  return [...notes, { code: 'info', what, detail: 'the database holds no table' }];
}
