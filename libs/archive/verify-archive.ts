import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { ArchiveReader, VerifiedItem, VerifyReport } from './archive.ts';
import { checkFacts } from './facts/check-facts.ts';

export interface VerifyOptions {
  signal: AbortSignal;
  onProgress?: OnProgress;
}

/**
 * LB-04, FD-30: reads every member in the order of the file and compares size, CRC-32 and SHA-256; then works
 * out again what the manifest says about each component. What is wrong with a member is a problem of its
 * component, and the others are still read; only an abort throws.
 */
export async function verifyArchive(archive: ArchiveReader, options: VerifyOptions): Promise<VerifyReport> {
  const { signal } = options;
  const { problems, bytes } = await readMembers(archive, options);
  const items: VerifiedItem[] = [
    { item: 'manifest.json', result: 'ok' },
    ...archive.manifest.extras.map(({ path }) => itemOf(path, [path], problems)),
  ];
  for (const component of archive.manifest.components) {
    const item = itemOfComponent(component, problems);
    const untrue =
      item.result === 'ok'
        ? await problemOf(() => checkFacts(component, archive, signal), signal)
        : undefined;
    items.push(untrue === undefined ? item : { item: item.item, result: 'problem', detail: untrue });
  }
  return { good: items.every(({ result }) => result !== 'problem'), items, bytes };
}

async function readMembers(
  archive: ArchiveReader,
  { signal, onProgress }: VerifyOptions,
): Promise<{ problems: Map<string, string>; bytes: number }> {
  const total = archive.members.reduce((sum, { bytes }) => sum + bytes, 0);
  const problems = new Map<string, string>();
  let done = 0;
  for (const { path } of archive.members) {
    const problem = await problemOf(async () => {
      for await (const chunk of archive.open(path, signal)) {
        done += chunk.length;
        onProgress?.({ stage: 'verifying', item: path, done, total });
      }
      return undefined;
    }, signal);
    if (problem !== undefined) problems.set(path, problem);
  }
  return { problems, bytes: done };
}

/** What the check found or how it failed; a failure that is no finding about the archive is thrown. */
async function problemOf(
  check: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  try {
    return await check();
  } catch (error) {
    if (signal.aborted || !(error instanceof LifeboatError)) throw error;
    return error.message;
  }
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
