import * as z from 'zod';

/** What is remembered between runs and restarts, so that nobody is told of the same thing twice. */
const memory = z.object({
  /** The run that was told of last, by its start. */
  lastRun: z.string().exactOptional(),
  /** Failed runs since the last that ended well. */
  failures: z.number().int().nonnegative(),
  /** Why the last run that counts did not end well. */
  bad: z.object({ since: z.string(), message: z.string() }).exactOptional(),
  /** FD-08: the alarm of a second failure, until a backup ends well. */
  alert: z
    .object({
      since: z.string(),
      message: z.string(),
      /** Why, as errors.ts has it, and what the message names. */
      code: z.string().exactOptional(),
      facts: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
    })
    .exactOptional(),
  /** LB-10: the alarm of a last good backup that is too old, until there is a newer one. */
  tooOld: z.object({ since: z.string(), message: z.string() }).exactOptional(),
  /** LB-12: why the last drill was red, until one is green. */
  drill: z.object({ since: z.string(), message: z.string() }).exactOptional(),
  /** When the watch looked at this system first: with no good backup at all, age counts from here. */
  watchedSince: z.string().exactOptional(),
  /** The newest good backup that the watch has seen, for when its place cannot be read. */
  lastGood: z.string().exactOptional(),
  /** When a run last found that nothing had changed since then: the good backup is as good as of that time. */
  unchangedAt: z.string().exactOptional(),
});

export type Memory = z.infer<typeof memory>;

export const NOTHING_YET: Memory = { failures: 0 };

/** A text that is no memory is none: it is started anew. */
export function parseMemory(text: string | undefined): Memory {
  if (text === undefined) return NOTHING_YET;
  try {
    return memory.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return NOTHING_YET;
    throw error;
  }
}
