import { opendir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';

const MOST_FILES = 500;

/** Names, sizes, modes and times of what is in a folder, a line each; never what is in the files. */
export async function listFiles(folder: string): Promise<string> {
  const lines: string[] = [];
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (lines.length >= MOST_FILES) {
      lines.push('and more');
      break;
    }
    const path = join(entry.parentPath, entry.name);
    lines.push(`${await describe(path)}  ${relative(folder, path)}`);
  }
  return `${[folder, ...lines.sort()].join('\n')}\n`;
}

async function describe(path: string): Promise<string> {
  try {
    const { mode, size, mtime } = await stat(path);
    return `${(mode & 0o7777).toString(8).padStart(4, '0')} ${String(size).padStart(12)} ${mtime.toISOString()}`;
  } catch (error) {
    return `${systemErrorCode(error) ?? 'unreadable'}`;
  }
}
