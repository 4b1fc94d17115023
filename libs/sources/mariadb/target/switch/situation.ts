import { invalidViews } from './invalid-views.ts';
import type { SwitchedDatabase } from './switch-state.ts';

/** What a switch-over, or the way back from one, does with one database; `goBackStatements` makes it SQL. */
export interface Situation {
  /** Whether tables have moved. */
  moved: boolean;
  /** Live tables that go to staging. */
  in: string[];
  /** Tables that come back from the kept database. */
  out: string[];
  /** Tables that are still staged. */
  staged: string[];
  /** Invalid views that come back from their other name. */
  fromAside: string[];
  /** Live objects that go. `ddl` is empty where it is not known. */
  views: { name: string; ddl: string }[];
  /** Invalid ones among them, which cannot be made again: they wait under another name. */
  toAside: string[];
  triggers: string[];
  routines: { name: string; type: string }[];
  events: string[];
  outwardKeys: { table: string; name: string }[];
  /** Objects and keys that need not be touched; by objectKey. */
  untouched: ReadonlySet<string>;
}

/** After the RENAME, for whoever cannot look. */
export function allMoved(o: SwitchedDatabase): Situation {
  const before = noneMoved(o);
  return {
    ...before,
    moved: true,
    in: o.brings.tables,
    out: o.live?.tables ?? [],
    staged: [],
    fromAside: invalidViews(o),
    views: [...before.views, ...o.brings.views.map(unread)],
  };
}

/** Before it. Invalid views may still have their names, so none of these is dropped. */
export function noneMoved(o: SwitchedDatabase): Situation {
  const { live, brings } = o;
  const both = <T>(own: readonly T[] | undefined, theirs: readonly T[]): T[] => [...(own ?? []), ...theirs];
  const names = (objects: readonly { name: string }[] | undefined) => objects?.map(({ name }) => name);
  const invalid = invalidViews(o);
  return {
    moved: false,
    in: [],
    out: [],
    staged: brings.tables,
    fromAside: [],
    views: [...(live?.views ?? []), ...brings.views.map(unread)].filter(
      ({ name }) => !invalid.includes(name),
    ),
    toAside: [],
    triggers: both(names(live?.triggers), brings.triggers),
    routines: both<{ name: string; type: string }>(live?.routines, brings.routines),
    events: both(names(live?.events), brings.events),
    outwardKeys: brings.outwardKeys,
    untouched: new Set(),
  };
}

function unread(name: string): Situation['views'][number] {
  return { name, ddl: '' };
}
