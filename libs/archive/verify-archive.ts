import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { ArchiveReader, VerifiedItem, VerifyReport } from './archive.ts';
import { checkContents } from './components/check-contents.ts';
import { checkFacts } from './components/check-facts.ts';
import { type TrackedReader, trackedReader } from './tracked-reader.ts';

export interface VerifyOptions {
  signal: AbortSignal;
  onProgress?: OnProgress;
  /**
   * `members` (default): everything is read as it lies in the archive. `contents`: it is also unpacked and
   * compared with what was read from the sources, which takes as long as unpacking takes.
   */
  depth?: 'members' | 'contents';
}

/**
 * LB-04, FD-30: reads every member to its end and compares size, CRC-32 and SHA-256, and works out again what
 * the manifest says about each component. What is wrong with a member is a problem of its component, and the
 * others are still read; only an abort throws.
 */
export async function verifyArchive(archive: ArchiveReader, options: VerifyOptions): Promise<VerifyReport> {
  const { signal, onProgress } = options;
  const total = archive.members.reduce((sum, { bytes }) => sum + bytes, 0);
  const reader: TrackedReader = trackedReader(archive, archive.members, (item) =>
    onProgress?.({ stage: 'verifying', item, done: reader.bytes(), total }),
  );
  const untrue = await checkComponents(archive.manifest.components, reader, options);
  const damaged = await readTheRest(archive, reader, signal);
  const items: VerifiedItem[] = [
    { item: 'manifest.json', result: 'ok' },
    ...archive.manifest.extras.map(({ path }) => itemOf(path, [path], damaged)),
    ...archive.manifest.components.map((component) => itemOfComponent(component, damaged, untrue)),
  ];
  return { good: items.every(({ result }) => result !== 'problem'), items, bytes: reader.bytes() };
}

/** What is untrue about components, by their ids. */
async function checkComponents(
  components: readonly ComponentRecord[],
  reader: TrackedReader,
  { signal, depth }: VerifyOptions,
): Promise<Map<string, string>> {
  const untrue = new Map<string, string>();
  for (const component of components) {
    if (component.state === 'missing') continue;
    const problem = await problemOf(async () => {
      const facts = await checkFacts(component, reader, signal);
      if (facts !== undefined || depth !== 'contents') return facts;
      return await checkContents(component, reader, signal);
    }, signal);
    if (problem !== undefined) untrue.set(component.id, problem);
  }
  return untrue;
}

/** Reads, in the order of the file, every member that nobody has read to its end; what is wrong with which. */
async function readTheRest(
  archive: ArchiveReader,
  reader: TrackedReader,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const damaged = new Map<string, string>();
  for (const { path } of archive.members) {
    if (reader.isWhole(path)) continue;
    const problem = await problemOf(async () => {
      for await (const _chunk of reader.open(path, signal, 'reused')) {
        // Reading it is what checks it.
      }
      return undefined;
    }, signal);
    if (problem !== undefined) damaged.set(path, problem);
  }
  return damaged;
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

function itemOfComponent(
  component: ComponentRecord,
  damaged: Map<string, string>,
  untrue: Map<string, string>,
): VerifiedItem {
  const { id } = component;
  if (component.state === 'missing') {
    return { item: id, result: 'not checked', detail: 'was missing when the backup was made' };
  }
  const paths = component.members.map(({ path }) => path);
  const item = itemOf(id, paths, damaged);
  if (item.result !== 'ok') return item;
  const problem = untrue.get(id);
  if (problem !== undefined) return { item: id, result: 'problem', detail: problem };
  if (component.state === 'complete') return item;
  return { ...item, detail: 'as it was saved; a part of it could not be read then' };
}

function itemOf(item: string, paths: string[], damaged: Map<string, string>): VerifiedItem {
  const found = paths.map((path) => damaged.get(path)).filter((problem) => problem !== undefined);
  const [first] = found;
  if (first === undefined) return { item, result: 'ok' };
  const more = found.length > 1 ? ` (and ${found.length - 1} more of its members)` : '';
  return { item, result: 'problem', detail: `${first}${more}` };
}
