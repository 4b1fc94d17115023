import type { Outcome } from '#journal/outcome.ts';
import { oneLine } from '#platform/one-line.ts';
import { wrapText } from './wrap-text.ts';

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
  const write = (line: string): void => void output.stdout.write(`${line}\n`);
  const detail = (line: string, lead: string): void =>
    write(wrapText(oneLine(line), columnsOf(output.stdout), lead));
  if (!output.quiet) for (const line of outcome.lines) detail(line, '  ');
  if (outcome.hint !== undefined) detail(outcome.hint, '  what to do: ');
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  // Never broken, not even for a person: it is one line for whoever looks for it.
  write(oneLine(`${outcome.operation} ${outcome.state} after ${seconds} s: ${outcome.message}`));
  return outcome.exit;
}

/** Undefined in a pipe or a file, where a line stays one line. */
function columnsOf(stream: NodeJS.WritableStream): number | undefined {
  return 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : undefined;
}
