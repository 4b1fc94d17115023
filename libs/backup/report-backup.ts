import prettyBytes from 'pretty-bytes';
import type { RunResult } from '#journal/run-result.ts';
import { counted } from '#platform/counted.ts';
import type { Pruned } from './prune-archives.ts';
import { publishedNames } from './published-names.ts';
import { savedSet } from './saved-set.ts';
import type { MadeArchive, TakenSet } from './take-set.ts';

/** What a finished backup tells journal and terminal. */
export function reportBackup(
  { manifest, sealed, sha256, naming }: MadeArchive,
  lines: LinesBefore & { noted: string[]; pruned: Pruned; journal: string[] },
): RunResult {
  const names = publishedNames(manifest).join(' and ');
  const size = `${prettyBytes(sealed.bytes)}, ${counted(manifest.components.length, 'component')}`;
  const notes = manifest.components.flatMap((component) =>
    component.notes.map(
      (note) => `${component.id}: ${note.code}: ${note.what}${note.detail ? ` (${note.detail})` : ''}`,
    ),
  );
  const all = [
    ...linesBefore(lines),
    ...lines.journal,
    ...notes,
    ...naming,
    `archive ${names}, SHA-256 ${sha256}`,
    ...lines.noted,
    ...lines.pruned.lines,
  ];
  const saved = savedSet(manifest, sealed.bytes);
  const { archiveName: archive, components, reasons } = manifest;
  const facts = { archive, bytes: sealed.bytes, components: components.length };
  if (manifest.state === 'good') {
    return {
      state: 'done',
      message: `${names} written and verified (${size})`,
      ...hintFor(lines.pruned),
      archive,
      facts,
      lines: all,
      saved,
    };
  }
  return {
    state: 'incomplete',
    message: `${manifest.archiveName} holds what could be read (${size}); missing: ${reasons.join('; ')}`,
    hint: 'mend what is missing and back up again, or mark it optional in sysbackup.conf; no good archive was removed',
    archive,
    facts: { ...facts, reasons: reasons.join('\n') },
    lines: all,
    saved,
  };
}

/** What a run tells that made no archive, since the last good one still holds everything (FD-21). */
export function reportUnchanged(
  { unchangedSince: last, journal }: Extract<TakenSet, { unchangedSince: unknown }>,
  lines: LinesBefore,
): RunResult {
  return {
    state: 'skipped',
    message: `nothing has changed since ${last.name} (number ${last.manifest.number}); no archive was made`,
    hint: 'lifeboat backup --force makes one all the same',
    facts: { archive: last.name, number: last.manifest.number },
    lines: [...linesBefore(lines), ...journal],
  };
}

/** What came before the sources were looked at: what was swept away, and what the history had to say. */
interface LinesBefore {
  swept: string[];
  counted: string[];
}

function linesBefore({ swept, counted }: LinesBefore): string[] {
  return [...swept.map((name) => `removed ${name}, left by a run that was cut off`), ...counted];
}

function hintFor({ stuck }: Pruned): { hint?: string } {
  if (stuck.length === 0) return {};
  return { hint: `remove by hand what could not be removed, or the place fills up: ${stuck.join(', ')}` };
}
