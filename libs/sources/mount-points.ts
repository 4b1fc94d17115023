import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Every place where a file system is mounted, bind mounts and single files included; empty where the system does not say. */
export async function mountPoints(): Promise<string[]> {
  try {
    return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8'));
  } catch (error) {
    // Only Linux has it; elsewhere a differing device number is what tells.
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function parseMountInfo(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const point = line.split(' ')[4];
    return point === undefined ? [] : [point.replace(/\\([0-7]{3})/g, (_match, octal) => octalByte(octal))];
  });
}

function octalByte(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
