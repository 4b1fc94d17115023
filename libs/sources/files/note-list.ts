import type { Note } from '#sources/source.ts';

/** Notes of one kind that are listed one by one; a folder of 300,000 unreadable files must not fill the manifest. */
const LISTED = 200;

/** Collects what is not as it should be. */
export interface NoteList {
  add(code: Note['code'], what: string, detail?: string): void;
  count(code: Note['code']): number;
  /** All notes; beyond 200 of a code one line says how many more there were. */
  list(): Note[];
}

export function noteList(): NoteList {
  const notes: Note[] = [];
  const counts = new Map<Note['code'], number>();
  const count = (code: Note['code']): number => counts.get(code) ?? 0;
  return {
    count,
    add(code, what, detail) {
      counts.set(code, count(code) + 1);
      if (count(code) <= LISTED) notes.push(detail === undefined ? { code, what } : { code, what, detail });
    },
    list: () => [
      ...notes,
      ...[...counts]
        .filter(([, total]) => total > LISTED)
        .map(([code, total]) => ({ code, what: `${total - LISTED} more of this kind` })),
    ],
  };
}
