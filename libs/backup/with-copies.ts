import type { RunResult } from '#journal/run-result.ts';
import type { Copied } from './copy-archives.ts';

/**
 * TN-12: what a backup tells where archives are copied to a second place. One whose archive is good and whose copy is
 * missing ends as incomplete, so that everybody is told who would be told of worse, with a code of its own.
 */
export function withCopies(result: RunResult, copied: Copied | undefined): RunResult {
  if (copied === undefined) return result;
  const told = { ...result, lines: [...result.lines, ...copied.lines] };
  const { missing, place } = copied;
  if (missing === undefined) {
    if (copied.names.length === 0) return told;
    const facts = { ...result.facts, copiedTo: place };
    return { ...told, message: `${result.message}, copied to ${place}`, facts };
  }
  // A set that is itself incomplete is the worse news.
  if (result.state === 'incomplete') return told;
  return {
    ...told,
    state: 'incomplete',
    code: 'copy-missing',
    message: `${result.message}; the copy in ${place} is missing: ${missing.why}`,
    hint: `${missing.hint ?? 'look at the second medium'}; the next backup makes the copy`,
    facts: { ...result.facts, place, why: missing.code },
  };
}
