/** A clock that was set a little forward or back is no fault, in seconds. */
export const TOLERANCE = 300;

/** What is known of the good backups of a system at one moment. */
export interface KnownBackups {
  now: Temporal.Instant;
  /** When the newest good backup was taken that is there now; undefined: there is none. */
  lastGood: Temporal.Instant | undefined;
  /** Set where the backup path cannot be read: why. `lastGood` is then what was last seen. */
  unreadable?: string;
  /** Good archives whose time lies ahead of the clock: nobody knows how old they are. */
  ahead: number;
  /** True if a good backup was seen before and there is none now. */
  gone: boolean;
  /** When the system was looked at first. */
  watchedSince: Temporal.Instant;
  /** When a run last found that nothing had changed since the last good backup. */
  unchangedAt: Temporal.Instant | undefined;
}

/** Undefined: in order. Otherwise one line that says what is wrong, for a person. */
export type AgeVerdict = string | undefined;

/**
 * LB-10: is the last good backup older than `limit` seconds? Pure. A system that never had one may be without for
 * as long as a backup may be old; one whose good backups are all gone is without at once.
 */
export function judgeAge(known: KnownBackups, limit: number | undefined): AgeVerdict {
  if (limit === undefined) return undefined;
  const lastGood = notAhead(known.lastGood, known.now);
  const asGoodAs = latest(lastGood, lastGood && notAhead(known.unchangedAt, known.now));
  const why = known.unreadable === undefined ? '' : `; the backup path cannot be read: ${known.unreadable}`;
  const ahead =
    known.ahead === 0
      ? ''
      : `; ${known.ahead} that ${known.ahead === 1 ? 'is' : 'are'} dated ahead of this machine's clock do not count`;
  if (asGoodAs === undefined && known.gone) return `there is no good backup any more${ahead}${why}`;
  const age = (asGoodAs ?? known.watchedSince).until(known.now).total('seconds');
  if (age <= limit) return undefined;
  const allowed = `${spoken(limit)} are allowed`;
  if (asGoodAs === undefined)
    return `there has been no good backup for ${spoken(age)}, ${allowed}${ahead}${why}`;
  return `the last good backup is ${spoken(age)} old (${asGoodAs}), ${allowed}${ahead}${why}`;
}

/** A clock that was ahead once must not keep the alarm silent until its time has come. */
function notAhead(time: Temporal.Instant | undefined, now: Temporal.Instant): Temporal.Instant | undefined {
  if (time === undefined) return undefined;
  return Temporal.Instant.compare(time, now.add({ seconds: TOLERANCE })) > 0 ? undefined : time;
}

function latest(
  a: Temporal.Instant | undefined,
  b: Temporal.Instant | undefined,
): Temporal.Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Temporal.Instant.compare(a, b) >= 0 ? a : b;
}

/** `36 hours`, `8 days`: whole units, since nobody needs more of an age. */
function spoken(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return hours < 72 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
