import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/read-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';

/** LB-04: reads a written archive back from the disk and compares every hash; throws if one differs. */
export async function proveArchive(path: string, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
  await using archive = await openArchive(await fileAccess(path), signal);
  const report = await verifyArchive(archive, { signal, onProgress });
  if (report.good) return;
  const problems = report.items.filter((item) => item.result === 'problem');
  throw new LifeboatError(
    'archive-damaged',
    `the archive could not be read back as written: ${problems.map((p) => `${p.item}: ${p.detail ?? 'differs'}`).join('; ')}`,
    { hint: 'the disk or the connection to it may be failing; earlier archives were left as they are' },
  );
}
