import { type ErrorCode, LifeboatError } from '#platform/errors.ts';
import { ERROR_MEANINGS, type ErrorMeaning } from './error-meanings.ts';

/**
 * An error of the driver as ours. A statement that fails brings several errors, the last one general (3013 "BACKUP
 * DATABASE is terminating abnormally"): the first is the cause, and the only one that is told. The statement
 * itself is left behind, since it may hold a password's hash; the server's number stays readable through
 * `serverNumber`.
 */
export function mssqlError(error: unknown, place: string): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const first = causeOf(error);
  const { number, text } = partsOf(first);
  const cause = Object.assign(new Error(text), { number });
  if (number === undefined) {
    return new LifeboatError('database-unreachable', `the connection to ${place} was lost: ${text}`, {
      hint: 'see the error log of the server for why it ended the connection',
      cause,
    });
  }
  const { code, hint } = meaningOf(number, text);
  return new LifeboatError(code, `${place}: ${text} (error ${number})`, {
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

function causeOf(error: unknown): unknown {
  const preceding = error instanceof Error && 'precedingErrors' in error ? error.precedingErrors : undefined;
  return (Array.isArray(preceding) ? preceding[0] : undefined) ?? error;
}

function partsOf(error: unknown): { number: number | undefined; text: string } {
  if (!(error instanceof Error)) return { number: undefined, text: String(error) };
  const number = 'number' in error && typeof error.number === 'number' ? error.number : undefined;
  return { number, text: sentenceOf(error.message) || 'no reason given' };
}

/** The server's sentence as part of ours: on one line, without its full stop. */
export function sentenceOf(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
}

function meaningOf(number: number, text: string): { code: ErrorCode; hint?: string } {
  const meaning: ErrorMeaning | undefined = ERROR_MEANINGS[number];
  if (meaning === undefined) return { code: 'database-failed' };
  const system = /(?:operating system error|failed:) (\d+)\(/i.exec(text)?.[1];
  const special = system === undefined ? undefined : meaning.system?.[Number(system)];
  return { code: special?.code ?? meaning.code, ...hintOf(special?.hint ?? meaning.hint) };
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
