import { randomBytes } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import { SCRATCH_PREFIX, scratchNames } from './scratch-names.ts';

const MOST_TRIES = 5;

/**
 * A run none of whose names is among `taken`, in any case of letters: those that the server has and those that the
 * conf calls live. Throws rather than ever taking such a name.
 */
export function chooseScratchRun(
  count: number,
  taken: Iterable<string>,
  random: () => string = () => randomBytes(5).toString('hex'),
): string {
  const known = new Set([...taken].map((name) => name.toLowerCase()));
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const run = `drill${random()}`;
    if (!scratchNames(run, count).some((name) => known.has(name))) return run;
  }
  throw new LifeboatError('target-unsuitable', 'every name that was tried for scratch databases is taken', {
    hint: `look at the databases whose names begin with ${SCRATCH_PREFIX}`,
  });
}
