import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';

/** What was wrong, and with what. */
export interface Failure {
  what: string;
  error: unknown;
}

/** What makes a drill red, naming everything that has failed; `last` ended it. Undefined if nothing has failed. */
export function redError(
  failures: readonly Failure[],
  report: string,
  last?: LifeboatError,
): LifeboatError | undefined {
  if (failures.length === 0) return last;
  const named = failures.map(({ what, error }) => `${what}: ${messageOf(error)}`);
  const all = last === undefined ? named : [...named, last.message];
  const known = failures.map(({ error }) => error).filter((error) => error instanceof LifeboatError);
  // Damage is what a person has to hear of first: it is in the archive, and no other try can help.
  const first = known.find(({ code }) => code === 'archive-damaged') ?? known[0] ?? last;
  return new LifeboatError(first?.code ?? 'drill-failed', `the drill is red: ${all.join('; ')}`, {
    hint: `${first?.hint ?? 'make a new backup, and run the drill again'}; the report is ${report}`,
    cause: failures[0]?.error,
  });
}
