import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import type { RoundRecord } from './round-record.ts';

/** The rounds of a lane that are done. A last line that is cut off is taken off: its round is done again. */
export async function readRounds(folder: string, lane: number): Promise<RoundRecord[]> {
  const path = join(folder, `lane-${lane}.ndjson`);
  const text = await readFile(path, 'utf8').catch((error) => {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RoundRecord);
}
