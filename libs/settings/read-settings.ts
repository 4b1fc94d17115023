import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { ConfMistakes } from './conf-mistakes.ts';
import type { Mistake } from './mistakes.ts';
import { parseSettings } from './parse/parse-settings.ts';
import { readBounded } from './read-bounded.ts';
import type { Settings } from './settings.ts';

/**
 * Reads a sysbackup.conf. Throws `conf-missing` if there is none, `conf-invalid` with a line for each
 * mistake in its message, `read-failed` if it cannot be read.
 */
export async function readSettings(file: string, signal?: AbortSignal): Promise<Settings> {
  const path = resolve(file);
  return settingsOf(await readConfText(path, signal), path);
}

/** The settings of a conf text; throws `conf-invalid` with a line for each mistake and ConfMistakes as its cause. */
export function settingsOf(text: string, file: string): Settings {
  const parsed = parseSettings(text, { file });
  if (parsed.ok) return parsed.settings;
  throw mistaken(file, parsed.mistakes);
}

/** What is thrown for a conf file with mistakes. */
export function mistaken(file: string, mistakes: readonly Mistake[]): LifeboatError {
  const lines = mistakes.map((mistake) => mistake.text);
  return invalid(file, lines, new ConfMistakes(mistakes));
}

/** The text of a sysbackup.conf, byte for byte (a byte order mark included). Errors as readSettings. */
export async function readConfText(file: string, signal?: AbortSignal): Promise<string> {
  const bytes = await readBounded(file, signal).catch((cause: unknown) => {
    throw readError(cause, file);
  });
  if (isUtf8(bytes)) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const line = lineNotUtf8(bytes);
  throw invalid(file, [
    `${file} line ${line}: found bytes that are not UTF-8, allowed is text saved as UTF-8`,
  ]);
}

function readError(cause: unknown, file: string): unknown {
  if (cause instanceof LifeboatError) return cause;
  const code = systemErrorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new LifeboatError('conf-missing', `there is no conf file ${file}`, {
      hint: 'name it with --conf, or copy docs/sysbackup.example.conf there and fill it in',
      cause,
    });
  }
  if (code === undefined) return cause;
  return new LifeboatError('read-failed', `cannot read the conf file ${file}: ${code}`, {
    hint: 'the user that runs lifeboat must be able to read it',
    cause,
  });
}

function lineNotUtf8(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return line;
}

/** A file that is no conf at all would fill the screen. */
const MAX_LINES = 100;

function invalid(file: string, lines: string[], cause?: ConfMistakes): LifeboatError {
  const more = lines.length - MAX_LINES;
  const shown = more > 0 ? [...lines.slice(0, MAX_LINES), `and ${more} more`] : lines;
  const count = lines.length === 1 ? '1 mistake' : `${lines.length} mistakes`;
  return new LifeboatError('conf-invalid', [`${count} in ${file}`, ...shown].join('\n'), {
    hint: 'docs/sysbackup-conf.md describes every section and key',
    cause,
  });
}
