import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { ArchiveReader, VerifiedItem, VerifyReport } from './archive.ts';

export interface VerifyOptions {
  signal: AbortSignal;
  onProgress?: OnProgress;
}

/**
 * LB-04, FD-30: reads every member in the order of the file and compares size, CRC-32 and SHA-256. What is
 * wrong with a member is a problem of its component, and the others are still read; only an abort throws.
 */
export async function verifyArchive(archive: ArchiveReader, options: VerifyOptions): Promise<VerifyReport> {
  const { signal, onProgress } = options;
  const total = archive.members.reduce((sum, { bytes }) => sum + bytes, 0);
  const problems = new Map<string, string>();
  let done = 0;
  for (const { path } of archive.members) {
    signal.throwIfAborted();
    try {
      for await (const chunk of archive.open(path, signal)) {
        done += chunk.length;
        onProgress?.({ stage: 'verifying', item: path, done, total });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof LifeboatError)) throw error;
      problems.set(path, error.message);
    }
  }
  const items = [
    { item: 'manifest.json', result: 'ok' as const },
    ...archive.manifest.extras.map(({ path }) => itemOf(path, [path], problems)),
    ...archive.manifest.components.map((component) => itemOfComponent(component, problems)),
  ];
  return { good: items.every(({ result }) => result !== 'problem'), items, bytes: done };
}

function itemOfComponent(component: ComponentRecord, problems: Map<string, string>): VerifiedItem {
  if (component.state === 'missing') {
    return { item: component.id, result: 'not checked', detail: 'was missing when the backup was made' };
  }
  const item = itemOf(
    component.id,
    component.members.map(({ path }) => path),
    problems,
  );
  if (item.result !== 'ok' || component.state === 'complete') return item;
  return { ...item, detail: 'as it was saved; a part of it could not be read then' };
}

function itemOf(item: string, paths: string[], problems: Map<string, string>): VerifiedItem {
  const found = paths.map((path) => problems.get(path)).filter((problem) => problem !== undefined);
  const [first] = found;
  if (first === undefined) return { item, result: 'ok' };
  const more = found.length > 1 ? ` (and ${found.length - 1} more of its members)` : '';
  return { item, result: 'problem', detail: `${first}${more}` };
}
