import type { VerifyReport } from '#archive/archive.ts';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { digestInWorker } from '#platform/digest-in-worker.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RateLimit } from '#platform/rate-limit.ts';
import { digestSlowly } from './digest-slowly.ts';
import { limitedAccess } from './limited-access.ts';

/**
 * LB-04: reads a written archive back from the disk and compares every hash; throws if one differs. Resolves
 * with the SHA-256 of the whole file, lower-case hex, as it lies there. `limited` makes a limit for what is read.
 */
export async function proveArchive(
  path: string,
  { onProgress, limited }: { onProgress: OnProgress; limited?: (() => RateLimit) | undefined },
  signal: AbortSignal,
): Promise<string> {
  const access = await fileAccess(path);
  await using archive = await openArchive(limited ? limitedAccess(access, limited()) : access, signal);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  // Both read the same places at the same time, so the disk is read once: each has a limit of its own.
  const digest = limited ? digestSlowly(path, limited(), either) : digestInWorker(path, either);
  // Awaited last: until then a failure or a stop, which both hear of, must not count as unhandled.
  digest.catch(() => undefined);
  try {
    const report = await verifyArchive(archive, { signal, onProgress });
    requireGood(report);
    return await digest;
  } finally {
    over.abort();
    await Promise.allSettled([digest]);
  }
}

function requireGood(report: VerifyReport): void {
  if (report.good) return;
  const problems = report.items.filter((item) => item.result === 'problem');
  throw new LifeboatError(
    'archive-damaged',
    `the archive could not be read back as written: ${problems.map((p) => `${p.item}: ${p.detail ?? 'differs'}`).join('; ')}`,
    { hint: 'the disk or the connection to it may be failing; earlier archives were left as they are' },
  );
}
