import { listArchives } from '#catalog/list-archives.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { BackupParts } from './backup-parts.ts';
import { claimName } from './claim-name.ts';
import { emptyFolder } from './empty-folder.ts';
import { nextNumber } from './next-number.ts';
import { summariseArchive } from './summarise-archive.ts';
import { type MadeArchive, takeSet } from './take-set.ts';

/**
 * Makes an archive of what is live before it is deleted: by the pipeline of a backup, read back and compared before it
 * has its name, under a lock that the caller holds, and without taking any older archive away. What cannot be read as
 * a whole throws `read-failed`, and no archive stays: half a safety archive is none.
 */
export async function takeSafety(
  parts: BackupParts,
  version: string,
  signal: AbortSignal,
): Promise<MadeArchive> {
  const { destination, system, clock } = parts;
  await using _work = await emptyFolder(parts.workFolder);
  await destination.check(0, signal);
  await destination.sweep(system.id);
  const earlier = await listArchives(destination, signal);
  const startedAt = clock.now();
  const { number } = await nextNumber({ system }, earlier);
  await using claimed = await claimName(parts, startedAt, { number, earlier });
  const { archiveName } = claimed;
  const set = { archiveName, number: claimed.number, version, startedAt, earlier, unlessLike: undefined };
  const taken = await takeSet(parts, set, signal);
  if (!('made' in taken)) throw new TypeError('a safety archive is compared with none');
  const { made } = taken;
  await summariseArchive(destination, made, clock.now());
  if (made.manifest.state === 'good') return made;
  await destination.remove(archiveName);
  await destination.removeNote(archiveName);
  throw new LifeboatError(
    'read-failed',
    `what is live cannot be read as a whole, so there is no safety archive of it: ${made.manifest.reasons.join('; ')}; nothing was changed`,
    { hint: 'make room so that nothing has to go before, or leave these components out with --only' },
  );
}
