import { randomBytes } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import type { OpenSafety } from '#restore/in-place/safety.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { composeTargets, type ServersRequest } from '../compose-targets.ts';
import { openLocalArchive } from '../open-local-archive.ts';
import type { SafetyParts } from './safety-parts.ts';

/** The targets have names of their own: what a restore staged or kept may still be there. */
export async function openSafety(
  path: string,
  { profile, request, places }: Pick<SafetyParts, 'profile' | 'places'> & { request: ServersRequest },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<OpenSafety> {
  await using opened = new AsyncDisposableStack();
  const archive = opened.use(await openLocalArchive(path, signal));
  const present = archive.manifest.components.filter(
    ({ id, state }: ComponentRecord) => state !== 'missing' && ids.includes(id),
  );
  const runId = `${places.runId}${randomBytes(2).toString('hex')}`;
  const { works, left } = await composeTargets(present, archive, profile, request, {
    ...places,
    runId,
    savedHere: true,
    signal,
  });
  if (left.length > 0) {
    throw new LifeboatError('internal', `no target for ${left.map(({ id }) => id).join(', ')}`);
  }
  for (const { target } of works) opened.use(target);
  const kept = opened.move();
  return { archive, targets: works, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
