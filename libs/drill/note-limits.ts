import type { ComponentRecord } from '#sources/source.ts';
import type { DrillNotes } from './open-notes.ts';

/** What no drill shows, so that nobody reads it into a green one. */
export function noteLimits(components: readonly ComponentRecord[], notes: DrillNotes): void {
  notes.notProven('the switch-over, and that the system starts and works on what was restored');
  const hasFiles = components.some(({ kind }) => kind === 'folder' || kind === 'file');
  if (hasFiles && process.geteuid !== undefined && process.geteuid() !== 0) {
    notes.notProven('owners of files and folders, which only root can set');
  }
}
