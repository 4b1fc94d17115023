import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { DestinationSpace } from '#destinations/destination.ts';
import { type ErrorCode, type Facts, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

/** Why a place cannot be looked at: a code of errors.ts, with the words for a person. */
export interface PlaceProblem {
  code: ErrorCode;
  message: string;
  hint?: string;
  facts?: Facts;
}

/** What lies in the backup path; without entries and space where it cannot be looked at. */
export interface KnownPlace {
  entries: readonly CatalogEntry[];
  space: DestinationSpace | undefined;
  problem: PlaceProblem | null;
}

export async function readPlace(
  { destination }: Pick<ComposedSystem, 'destination'>,
  signal: AbortSignal,
): Promise<KnownPlace> {
  try {
    const space = await destination.check(0, signal);
    return { space, entries: await listArchives(destination, signal), problem: null };
  } catch (error) {
    signal.throwIfAborted();
    return { space: undefined, entries: [], problem: problemOf(error) };
  }
}

function problemOf(error: unknown): PlaceProblem {
  if (error instanceof LifeboatError) {
    const { code, message, hint, facts } = error;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(facts === undefined ? {} : { facts }),
    };
  }
  if (systemErrorCode(error) === undefined) throw error;
  return { code: 'read-failed', message: (error as Error).message };
}
