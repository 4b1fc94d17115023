import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitStatus } from './manual-page.ts';

/** The exit statuses of both programs as docs/operations.md explains them; a test holds that table to the programs. */
export async function readExitStatuses(repository: string): Promise<ExitStatus[]> {
  const text = await readFile(join(repository, 'docs', 'operations.md'), 'utf8');
  const rows = text.matchAll(/^\| (\d+) \| ([a-z-]+) \| (.+) \| (?:yes|no)? ?\|$/gm);
  return [...rows].map(([, exit, code = '', meaning = '']) => ({ exit: Number(exit), code, meaning }));
}
