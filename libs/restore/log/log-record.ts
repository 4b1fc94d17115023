import * as z from 'zod';

/**
 * What a restore log holds, one record a line; docs/operations.md lists the kinds. A record stands on the disk before
 * what it announces is begun, so a log tells of a restore that was cut off how far it may have come, never less.
 */

/** What goes back from a switch-over, or drops what was staged; `state` is the engine's, who parses it again. */
const switchRecord = z.strictObject({
  target: z.string(),
  engine: z.enum(['folder', 'file', 'sqlite', 'mariadb', 'mssql']),
  state: z.unknown(),
});

const keptState = z.strictObject({
  component: z.string(),
  place: z.string(),
  bytes: z.number().nonnegative().exactOptional(),
  goBack: z.array(z.string()),
});

export type LoggedKept = z.infer<typeof keptState>;

const command = z.array(z.string()).min(1);

/** Programs of the system as they were agreed to when the restore began: its conf may be what is being restored. */
const programs = z.strictObject({
  stop: command.exactOptional(),
  start: command.exactOptional(),
  check: z.strictObject({ command, timeLimit: z.number().positive() }).exactOptional(),
  afterRestore: z.strictObject({ command, timeLimit: z.number().positive() }).exactOptional(),
});

export type SystemPrograms = z.infer<typeof programs>;

/** What keeps the system from starting; taken away at the end, whatever it is. */
const barrier = z.strictObject({
  /** Absolute: the marker, then the drop-ins for systemd. */
  files: z.array(z.string()),
  /** Services of Windows that are disabled meanwhile, each with its start type of before. */
  services: z.array(z.strictObject({ name: z.string(), startType: z.int().min(0).max(4) })),
});

export type Barrier = z.infer<typeof barrier>;

const begin = z.strictObject({
  kind: z.literal('begin'),
  /** `in-place`: what was live was deleted first, so the way back is its safety archive and no record. */
  operation: z.enum(['restore', 'in-place', 'undo']),
  /** The run that an undo takes back; that may be an undo itself. */
  of: z.string().exactOptional(),
  system: z.strictObject({ id: z.string(), name: z.string() }),
  /** Locked besides the system's own: of the system that is installed where the archive is of another machine. */
  alsoLocked: z.array(z.string()),
  archive: z.string().exactOptional(),
  /** The plan in words. */
  plan: z.array(z.string()),
  programs,
  barrier,
  /** For so many days nobody is asked to drop the old state. */
  keepOldDays: z.number().nonnegative(),
});

const record = z.discriminatedUnion('kind', [
  begin,
  z.strictObject({ kind: z.literal('staging'), leftovers: switchRecord }),
  /** The system is about to be stopped, by its command or by hand; whatever comes, it has to be started again. */
  z.strictObject({ kind: z.literal('stopping') }),
  z.strictObject({ kind: z.literal('prepared'), record: switchRecord }),
  /** In place: what is live is in this archive (absolute path), read back; and what of it is there as raw files only. */
  z.strictObject({
    kind: z.literal('safety'),
    archive: z.string(),
    raw: z.array(z.strictObject({ ids: z.array(z.string()), place: z.string() })),
  }),
  /** In place: from here on what was live of a target may be gone. */
  z.strictObject({ kind: z.literal('deleting'), target: z.string(), components: z.array(z.string()) }),
  /** For a person: the words of a step, and the command that goes back from it by hand. */
  z.strictObject({
    kind: z.literal('step'),
    what: z.string(),
    goBack: z.string(),
    /** Whose switch-over it belongs to: until there is one, that has not begun. */
    target: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('done'),
    what: z.string(),
    /** Which target has gone back as a whole. */
    target: z.string().exactOptional(),
  }),
  /** Every target has gone back: from here on what would be needed to do that again may be dropped. */
  z.strictObject({ kind: z.literal('all-back') }),
  /** From here on the new state is the one that holds: nothing goes back any more by itself. */
  z.strictObject({ kind: z.literal('switched') }),
  z.strictObject({
    kind: z.literal('ended'),
    /** `nothing changed`: it ended before anything live was touched. `cut off`: what is left is a person's to do. */
    how: z.enum(['done', 'rolled back', 'nothing changed', 'cut off']),
    what: z.string(),
    /** What lies where of the state before, as it was then. */
    kept: z.array(keptState).exactOptional(),
  }),
  /** The kept state is being deleted: from here on there is no undo. */
  z.strictObject({ kind: z.literal('forgetting') }),
  z.strictObject({ kind: z.literal('forgotten') }),
]);

export type LogRecord = z.infer<typeof record>;

export type BeginRecord = z.infer<typeof begin>;

/** As it stands in the file: numbered from 1, with the time it was written. */
export interface NumberedRecord {
  n: number;
  time: string;
  record: LogRecord;
}

const numbered = z.looseObject({ n: z.number().int().positive(), time: z.iso.datetime() });

/** Undefined if the value is none of the records that this version knows, or has keys that it does not know. */
export function logRecord(value: unknown): NumberedRecord | undefined {
  const outer = numbered.safeParse(value);
  if (!outer.success) return undefined;
  const { n, time, ...rest } = outer.data;
  const inner = record.safeParse(rest);
  return inner.success ? { n, time, record: inner.data } : undefined;
}
