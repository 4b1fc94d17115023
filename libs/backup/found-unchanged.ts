import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Manifest } from '#archive/manifest.ts';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';

/** Fingerprints of components, by their ids. */
export type Fingerprints = Record<string, string>;

/**
 * Remembers in which states of the sources a run read the content and found it as in the last good archive, so
 * that the next run need not read it again. Losing it costs no more than that.
 */
export interface FoundUnchanged {
  /** Resolves with a line if they cannot be kept. */
  save(archive: Manifest, fingerprints: Fingerprints): Promise<string[]>;
  /** None for another archive than the one they were saved for. */
  read(archive: Manifest): Promise<Fingerprints>;
}

const saved = z.object({ archive: z.string(), fingerprints: z.record(z.string(), z.string()) });

export function foundUnchanged(stateFolder: string, systemId: string): FoundUnchanged {
  const folder = join(stateFolder, 'unchanged');
  const path = join(folder, `${systemId}.json`);
  return {
    async save(archive, fingerprints) {
      try {
        await privateFolder(folder);
        await writeFileAtomic(path, JSON.stringify({ archive: keyOf(archive), fingerprints }));
        return [];
      } catch (error) {
        if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
        return [`the next run will read everything again: ${(error as Error).message}`];
      }
    },
    async read(archive) {
      const known = parse(await readIfThere(path));
      return known?.archive === keyOf(archive) ? known.fingerprints : {};
    },
  };
}

function keyOf({ system, startedAt, number }: Manifest): string {
  return `${system.id} ${startedAt} ${number}`;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return '';
  }
}

function parse(text: string): z.infer<typeof saved> | undefined {
  try {
    return saved.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
