import type { Importance, Note } from './source.ts';

/** Of what is optional and not there, or there without a file: it holds nothing, then as now (FD-21). */
export function absentFingerprint(
  why: Pick<Note, 'code'> | undefined,
  importance: Importance,
): string | undefined {
  return importance === 'optional' && why?.code !== 'unreadable' ? 'nothing' : undefined;
}
