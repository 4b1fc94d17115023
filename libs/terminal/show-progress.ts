import { createLogUpdate } from 'log-update';
import prettyBytes from 'pretty-bytes';
import type { Clock } from '#platform/clock.ts';
import { oneLine } from '#platform/one-line.ts';
import type { OnProgress, Progress } from '#platform/progress.ts';

export interface ProgressDisplay {
  onProgress: OnProgress;
  /** Takes the moving line away; the final line follows. */
  clear(): void;
}

/** A screen is redrawn at most so often, in milliseconds. */
const REDRAW_MS = 100;

/**
 * FD-03, on standard error so that standard output holds the outcome alone: on a terminal one moving line
 * with stage, percent, bytes and time left; in a pipe one plain line for each stage, since a log file wants
 * no moving picture.
 */
export function showProgress(output: {
  stderr: NodeJS.WriteStream;
  json: boolean;
  quiet: boolean;
  clock: Clock;
}): ProgressDisplay {
  if (output.json || output.quiet) return { onProgress: () => undefined, clear: () => undefined };
  return output.stderr.isTTY ? movingLine(output.stderr, output.clock) : plainLines(output.stderr);
}

function movingLine(stream: NodeJS.WriteStream, clock: Clock): ProgressDisplay {
  const draw = createLogUpdate(stream);
  let stage = '';
  let stageBegan = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    onProgress(progress) {
      const now = clock.elapsed();
      if (progress.stage !== stage) {
        stage = progress.stage;
        stageBegan = now;
      } else if (now - drawnAt < REDRAW_MS) {
        return;
      }
      drawnAt = now;
      draw(shorten(oneLine(progressLine(progress, (now - stageBegan) / 1000)), stream.columns ?? 80));
    },
    clear() {
      draw.clear();
      // Shows the cursor again, which the moving line hid.
      draw.done();
    },
  };
}

function plainLines(stream: NodeJS.WriteStream): ProgressDisplay {
  let stage = '';
  return {
    onProgress(progress) {
      if (progress.stage === stage) return;
      stage = progress.stage;
      stream.write(`${stage}\n`);
    },
    clear: () => undefined,
  };
}

/** `writing  45 %  1.2 GB of 2.6 GB  12 s left  mariadb/main/ac`; counts that are no bytes show as counts. */
export function progressLine(progress: Progress, stageSeconds: number): string {
  const { stage, item, done, total } = progress;
  const parts = [stage];
  if (total !== undefined && total > 0) {
    const share = Math.min(1, done / total);
    parts.push(`${Math.floor(share * 100)} %`, `${amount(done, total)} of ${amount(total, total)}`);
    if (share > 0.01 && stageSeconds >= 1) parts.push(timeLeft((stageSeconds / share) * (1 - share)));
  } else if (done > 0) {
    parts.push(prettyBytes(done));
  }
  if (item !== undefined) parts.push(item);
  return parts.join('  ');
}

/** Totals below this are numbers of things, not bytes. */
const FEW = 1000;

function amount(value: number, total: number): string {
  return total < FEW ? String(value) : prettyBytes(value);
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s left`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

function shorten(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
}
