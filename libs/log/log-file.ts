import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';

/** At this size a log file is renamed to `<name>.1`, and what had that name goes. */
const LARGEST = 10_000_000;

/**
 * A log file that never takes more than twice its largest size, private from its creation. Each line is written at
 * once and whole: there are few, and the last ones before a crash are those that matter.
 */
export function logFile(
  path: string,
  stderr: { write(text: string): unknown },
): { write(line: string): void } {
  let bytes: number | undefined;
  let said = false;
  return {
    write(line) {
      try {
        bytes ??= sizeOf(path);
        if (bytes > 0 && bytes + line.length > LARGEST) {
          renameSync(path, `${path}.1`);
          bytes = 0;
        }
        appendFileSync(path, line, { mode: 0o600 });
        bytes += Buffer.byteLength(line);
        said = false;
      } catch (error) {
        bytes = undefined;
        if (!said) stderr.write(`the log ${path} cannot be written: ${systemErrorCode(error) ?? error}\n`);
        said = true;
      }
    },
  };
}

function sizeOf(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
