import type { RandomAccess } from '#archive/archive.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { type ErrorCode, LifeboatError } from '#platform/errors.ts';

/**
 * What a person who is handed this file hears: `good`, the code with which it cannot be opened, or
 * `found bad` if verify tells. Any other error is a fault of the program and is thrown.
 */
export async function judgeArchive(access: RandomAccess): Promise<'good' | 'found bad' | ErrorCode> {
  const { signal } = new AbortController();
  try {
    await using archive = await openArchive(access, signal);
    const report = await verifyArchive(archive, { signal });
    return report.good ? 'good' : 'found bad';
  } catch (error) {
    if (error instanceof LifeboatError && error.code !== 'internal') return error.code;
    throw error;
  }
}
