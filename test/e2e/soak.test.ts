import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('25 backups one after the other in one process take no more memory and open files at the end than after ten', async () => {
  const soak = join(import.meta.dirname, '..', 'soak.ts');
  // Rejects unless it ends with status 0.
  const { stdout } = await promisify(execFile)(process.execPath, [soak, '25']);
  expect(stdout).toMatch(
    /^25 backups in \d+ s, all done, the 3 newest archives left and whole; .* open files (\d+) to \1 /,
  );
}, 120_000);
