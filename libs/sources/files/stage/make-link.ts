import { symlinkSync } from 'node:fs';
import { showPath, toBytes } from '../byte-path.ts';
import type { LinkEntry } from '../entries/file-entry.ts';

const TYPES = { junction: 'junction', folder: 'dir', file: 'file' } as const;

/** Makes a link word for word, whether or not anything is where it leads; on Windows of the kind that it was there. */
export function makeLink(path: Buffer, { target, windows }: LinkEntry): void {
  if (process.platform !== 'win32') symlinkSync(toBytes(target), path);
  else symlinkSync(showPath(target), path, windows && TYPES[windows]);
}
