import type { Event } from '#notify/after-run.ts';
import type { Memory } from '#notify/memory.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { judgeAge } from './judge-age.ts';

export interface WatchParts {
  clock: Clock;
  /** Looks at the archives that are there: never at whether a run has been. */
  readLastGood(signal: AbortSignal): Promise<{ at: Temporal.Instant | undefined; ahead: number }>;
  /** Seconds; undefined: nothing is too old. */
  limit: () => number | undefined;
  /** What is remembered is kept with what was told already. */
  change: Notifier['change'];
}

/** What one look found; the metrics and `lifeboat watch` show it. */
export interface Watched {
  lastGood: Temporal.Instant | undefined;
  /** Undefined: in order. */
  tooOld: string | undefined;
}

/**
 * LB-10: looks at the last good backup once and raises the alarm if it is older than it may be, or takes it back.
 * It asks the archives themselves, so it notices too what no run could tell of: that none has been. A backup path
 * that cannot be read does not hide the age of what was last seen there.
 */
export async function watchAge(parts: WatchParts, signal: AbortSignal): Promise<Watched> {
  const seen = await look(parts, signal);
  const now = parts.clock.now();
  let watched: Watched = { lastGood: undefined, tooOld: undefined };
  await parts.change((before) => {
    const last = seen.unreadable === undefined ? seen.at : instant(before.lastGood);
    const watchedSince = earlier(before.watchedSince, now);
    const memory: Memory = {
      ...before,
      watchedSince: watchedSince.toString(),
      ...(last === undefined ? {} : { lastGood: last.toString() }),
    };
    const tooOld = judgeAge(
      {
        now,
        lastGood: last,
        ...(seen.unreadable === undefined ? {} : { unreadable: seen.unreadable }),
        ahead: seen.ahead,
        gone: last === undefined && before.lastGood !== undefined,
        watchedSince,
        unchangedAt: instant(before.unchangedAt),
      },
      parts.limit(),
    );
    watched = { lastGood: last, tooOld };
    return afterLook(memory, tooOld, now);
  });
  return watched;
}

interface Look {
  at: Temporal.Instant | undefined;
  ahead: number;
  unreadable?: string;
}

async function look(parts: WatchParts, signal: AbortSignal): Promise<Look> {
  try {
    return await parts.readLastGood(signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const code = systemErrorCode(error);
    if (!(error instanceof LifeboatError) && code === undefined) throw error;
    const unreadable = error instanceof LifeboatError ? error.message : `${code}`;
    return { at: undefined, ahead: 0, unreadable };
  }
}

function instant(text: string | undefined): Temporal.Instant | undefined {
  return text === undefined ? undefined : Temporal.Instant.from(text);
}

/** A clock that was ahead when the system was looked at first must not put the alarm off. */
function earlier(since: string | undefined, now: Temporal.Instant): Temporal.Instant {
  const known = instant(since);
  return known === undefined || Temporal.Instant.compare(known, now) > 0 ? now : known;
}

/** The alarm is told once when it begins and once when it ends, whatever happens between. */
function afterLook(
  memory: Memory,
  tooOld: string | undefined,
  now: Temporal.Instant,
): { event?: Event; memory: Memory } {
  if (tooOld !== undefined && memory.tooOld === undefined) {
    const event: Event = {
      id: `${now} too-old`,
      kind: 'too-old',
      message: tooOld,
      hint: 'lifeboat status shows the last runs, lifeboat check what hinders one',
    };
    return { event, memory: { ...memory, tooOld: { since: now.toString(), message: tooOld } } };
  }
  if (tooOld === undefined && memory.tooOld !== undefined) {
    const { tooOld: was, ...rest } = memory;
    const message = `there is a good backup that is young enough again; since ${was.since}: ${was.message}`;
    return { event: { id: `${now} recovered`, kind: 'recovered', message }, memory: rest };
  }
  return { memory };
}
