import { isAbsolute, resolve } from 'node:path';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';

/** `root` of `[system]`: the folder from which the relative paths of the conf are counted. Empty if it is a mistake. */
export function parseRoot(section: SectionReader): string {
  const allowed = 'an absolute path';
  const root = section.requiredText('root', { allowed });
  if (isAbsolute(root)) return resolve(root);
  if (root !== '') section.mistake('root', quote(root), allowed);
  return '';
}
