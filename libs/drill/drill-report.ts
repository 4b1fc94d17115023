import * as z from 'zod';

const milliseconds = z.number().nonnegative();

/** One component of the archive, and what the drill can say of it. */
const part = z.object({
  id: z.string(),
  kind: z.string(),
  bytes: z.number().nonnegative(),
  rows: z.number().exactOptional(),
  /** `proven`: restored and compared. `failed`: it could not be, or differs. `not proven`: nobody tried. */
  result: z.enum(['proven', 'failed', 'not proven']),
  detail: z.string(),
  stageMs: milliseconds,
});

const canary = z.object({
  name: z.string(),
  of: z.string(),
  query: z.string(),
  /** `5`, `at least 1000`. */
  wanted: z.string(),
  /** Null where it gave NULL or no row, or was not asked. */
  answer: z.string().nullable(),
  result: z.enum(['passed', 'failed', 'not asked']),
  detail: z.string().exactOptional(),
  ms: milliseconds,
});

/** What a drill has shown, as `<state>/drills/<run>.json` keeps it. Times are ISO 8601, UTC. */
export const drillReport = z.object({
  version: z.literal(1),
  run: z.string(),
  system: z.object({ id: z.string(), name: z.string() }),
  host: z.string(),
  program: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: milliseconds,
  /** `stopped`: it was told to end, and says nothing about the archive. */
  result: z.enum(['green', 'red', 'stopped']),
  message: z.string(),
  /** Of what made it red. */
  code: z.string().exactOptional(),
  hint: z.string().exactOptional(),
  /** Null if none could be chosen. */
  archive: z.object({ name: z.string(), bytes: z.number(), takenAt: z.string().exactOptional() }).nullable(),
  parts: z.array(part),
  canaries: z.array(canary),
  /** What nobody may take for proven, a line each. */
  notProven: z.array(z.string()),
  /** What an earlier drill that was cut off had left, and what became of it. */
  leftovers: z.array(z.string()),
  /** Milliseconds of the steps that a restore has too: staging and checking, without stop, switch-over and start. Null if not all of it was done. */
  restoreMs: milliseconds.nullable(),
  verifyMs: milliseconds,
});

export type DrillReport = z.infer<typeof drillReport>;

export type DrillPart = DrillReport['parts'][number];

export type DrillCanary = DrillReport['canaries'][number];
