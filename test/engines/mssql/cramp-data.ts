import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestMssql } from './start-mssql.ts';

/** Leaves so many bytes on the disk of the server's databases; what is dropped there comes free again. */
export function crampData({ state, folder }: TestMssql, leave: number): void {
  const taken = (): number =>
    ['data', 'elsewhere']
      .flatMap((name) => filesIn(join(folder, name)))
      .reduce((sum, path) => sum + statSync(path).size, 0);
  const size = taken() + leave;
  Object.defineProperty(state.disk, 'free', {
    get: () => Math.max(0, size - taken()),
    // The server counts what it writes; here the files themselves are counted.
    set: () => undefined,
  });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
