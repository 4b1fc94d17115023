import { LifeboatError } from '#platform/errors.ts';

/**
 * A table whose definition changed after the snapshot can no longer be read in it (MariaDB 1412); a new snapshot
 * can. Does the work again once, then lets the error stand: a system that changes its tables that often is to
 * be backed up at another time.
 */
export async function startOverOnce<Result extends { journal: string[] }>(
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'database-changed') throw error;
    const result = await work();
    return { ...result, journal: [`started over once: ${error.message}`, ...result.journal] };
  }
}
