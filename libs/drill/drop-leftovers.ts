import { LifeboatError } from '#platform/errors.ts';
import type { DrillParts } from './drill-parts.ts';
import type { DrillNotes } from './open-notes.ts';
import { readScratchRecords } from './read-scratch-records.ts';
import { removeScratchFolder } from './remove-scratch-folder.ts';
import { removeScratchRecord } from './remove-scratch-record.ts';
import type { ScratchRecord } from './scratch-record.ts';

/**
 * Drops what drills of this system that were cut off had made: the databases and the folder that they had set down
 * beforehand, and nothing else. What cannot be dropped now is told and tried again by the next drill.
 */
export async function dropLeftovers(
  parts: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<void> {
  for (const record of await readScratchRecords(parts.stateFolder, parts.system.id)) {
    signal.throwIfAborted();
    try {
      for (const line of await drop(record, parts, signal)) notes.leftover(line);
      await removeScratchRecord(parts.stateFolder, record);
    } catch (error) {
      if (signal.aborted || !(error instanceof LifeboatError)) throw error;
      notes.leftover(`of drill ${record.run} something is left: ${error.message}`);
    }
  }
}

async function drop(record: ScratchRecord, parts: DrillParts, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  for (const { server, names } of record.databases) {
    const dropped = await parts.dropDatabases(server, names, signal);
    for (const name of dropped) {
      lines.push(`database ${name} on ${server}, left by drill ${record.run}, was dropped`);
    }
  }
  if (await removeScratchFolder(record)) {
    lines.push(`folder ${record.folder}, left by drill ${record.run}, was removed`);
  }
  return lines;
}
