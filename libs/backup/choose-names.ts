import type { Manifest } from '#archive/manifest.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { clockWentBack } from './clock-went-back.ts';

/** A name of its own for each archive, or `<prefix>_D_<day>` and `<prefix>_M_<month>` again and again (BT-02). */
export type Naming = { kind: 'numbered' } | { kind: 'calendar'; prefix: string };

export interface NamedRun {
  systemId: string;
  startedAt: Temporal.Instant;
  /** The zone in which the run's start has its day and month. */
  zone: string;
  /** Kept from the rotation, so never in a slot of it. */
  pinned: boolean;
  /** The files of the destination before this run. */
  earlier: readonly CatalogEntry[];
}

/** The names an archive is published under, without twins: `archiveName`, then the calendar names. */
export interface ChosenNames {
  archiveName: string;
  calendarNames: string[];
  /** Why a calendar name was not taken, a line each. */
  lines: string[];
}

/**
 * Decides under which names an archive of this state is published. A calendar name is taken only by a good
 * archive, and only from an archive of this system that is not to be kept: whatever else has the name is left
 * alone, and the archive has its numbered name in the place of the day's.
 */
export function chooseNames(
  numbered: string,
  naming: Naming,
  state: Manifest['state'],
  run: NamedRun,
): ChosenNames {
  if (naming.kind === 'numbered' || run.pinned) return plain(numbered);
  const { day, month } = calendarNames(naming.prefix, run.startedAt, run.zone);
  const why = whyNotAtAll(state, run);
  if (why !== undefined) return plain(numbered, [`${why}, so ${day} and ${month} were left as they are`]);
  const lines = [day, month].flatMap((name) => {
    const owner = whyTaken(name, run);
    return owner === undefined ? [] : [`${name} was left alone: ${owner}`];
  });
  const calendar = [day, month].filter((name) => whyTaken(name, run) === undefined);
  return { archiveName: calendar[0] === day ? day : numbered, calendarNames: calendar, lines };
}

function whyNotAtAll(state: Manifest['state'], run: NamedRun): string | undefined {
  if (state === 'incomplete') return 'incomplete';
  return clockWentBack(run.earlier, run) ? 'clock fault' : undefined;
}

/** Day and month without a leading zero: on 10 April `BT8_D_10.zip` and `BT8_M_4.zip`. */
function calendarNames(prefix: string, startedAt: Temporal.Instant, zone: string) {
  const date = startedAt.toZonedDateTimeISO(zone).toPlainDate();
  return { day: `${prefix}_D_${date.day}.zip`, month: `${prefix}_M_${date.month}.zip` };
}

/** Undefined if nobody has the name, or one who gives it up. */
function whyTaken(name: string, { earlier, systemId }: NamedRun): string | undefined {
  const entry = earlier.find(({ file }) => sameFile(file.name, name));
  if (entry === undefined) return undefined;
  if (entry.summary === undefined) return 'the file of this name cannot be read';
  if (entry.summary.systemId !== systemId) return 'the file of this name is of another system';
  if (entry.renamed) return 'the file of this name was renamed to it';
  if (entry.summary.pinned) return 'it is kept for an update';
  return undefined;
}

/** Where case does not count, a name in other letters is the same file. */
function sameFile(a: string, b: string): boolean {
  return a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();
}

function plain(archiveName: string, lines: string[] = []): ChosenNames {
  return { archiveName, calendarNames: [], lines };
}
