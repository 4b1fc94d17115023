import type { Outcome } from '#journal/outcome.ts';
import { oneLine } from '#platform/one-line.ts';

/**
 * BS-24: how a run ended, with the exit status to match. For a person details, then what to do, then one
 * final line; for a program one line of JSON. Resolves nothing further: the run has ended.
 */
export function endRun(
  outcome: Outcome,
  output: { stdout: NodeJS.WritableStream; json: boolean; quiet: boolean },
): number {
  if (output.json) {
    output.stdout.write(`${JSON.stringify(outcome)}\n`);
    return outcome.exit;
  }
  const write = (line: string): void => void output.stdout.write(`${oneLine(line)}\n`);
  if (!output.quiet) for (const line of outcome.lines) write(`  ${line}`);
  if (outcome.hint !== undefined) write(`  what to do: ${outcome.hint}`);
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  write(`${outcome.operation} ${outcome.state} after ${seconds} s: ${outcome.message}`);
  return outcome.exit;
}
