import type { Formats } from './formats.ts';

/** What a message of the service names, by stable names. Sizes in bytes, times ISO 8601. */
export type Facts = Readonly<Record<string, string | number>>;

/** A message of the service in the reader's words. */
export interface Said {
  text: string;
  /** What can be done about it. */
  todo?: string;
  /** It says everything that the service's own words do. */
  whole?: boolean;
}

/**
 * Messages of the service by their code, or by operation and code where that says more (`backup done`). Facts may be
 * absent: a service of an older version told none.
 */
export type SaidTexts = Readonly<Record<string, (facts: Facts, formats: Formats) => Said>>;

/** Undefined where this language has no words of its own for it: then the service's are shown. */
export function sayIn(
  texts: SaidTexts,
  { code, operation }: { code: string; operation?: string | undefined },
  facts: Facts | undefined,
  formats: Formats,
): Said | undefined {
  const say = texts[`${operation} ${code}`] ?? texts[code];
  return say?.(facts ?? {}, formats);
}
