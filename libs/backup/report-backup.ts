import prettyBytes from 'pretty-bytes';
import type { RunResult } from '#journal/record-run.ts';
import type { Pruned } from './prune-archives.ts';
import { savedSet } from './saved-set.ts';
import type { TakenSet } from './take-set.ts';

/** What a finished backup tells journal and terminal. */
export function reportBackup(
  { manifest, sealed, sha256 }: TakenSet,
  lines: { swept: string[]; counted: string[]; noted: string[]; pruned: Pruned; journal: string[] },
): RunResult {
  const size = `${prettyBytes(sealed.bytes)}, ${manifest.components.length} components`;
  const notes = manifest.components.flatMap((component) =>
    component.notes.map(
      (note) => `${component.id}: ${note.code}: ${note.what}${note.detail ? ` (${note.detail})` : ''}`,
    ),
  );
  const all = [
    ...lines.swept.map((name) => `removed ${name}, left by a run that was cut off`),
    ...lines.counted,
    ...lines.journal,
    ...notes,
    `archive ${manifest.archiveName}, SHA-256 ${sha256}`,
    ...lines.noted,
    ...lines.pruned.lines,
  ];
  const saved = savedSet(manifest, sealed.bytes);
  if (manifest.state === 'good') {
    return {
      state: 'done',
      message: `${manifest.archiveName} written and verified (${size})`,
      ...hintFor(lines.pruned),
      archive: manifest.archiveName,
      lines: all,
      saved,
    };
  }
  return {
    state: 'incomplete',
    message: `${manifest.archiveName} holds what could be read (${size}); missing: ${manifest.reasons.join('; ')}`,
    hint: 'mend what is missing and back up again, or mark it optional in sysbackup.conf; no good archive was removed',
    archive: manifest.archiveName,
    lines: all,
    saved,
  };
}

function hintFor({ stuck }: Pruned): { hint?: string } {
  if (stuck.length === 0) return {};
  return { hint: `remove by hand what could not be removed, or the place fills up: ${stuck.join(', ')}` };
}
