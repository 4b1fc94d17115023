import type { ComponentRecord, FrozenView, MemberContent, Source } from '#sources/source.ts';
import { plainComponent, sha256Of } from './archive-set.ts';

export interface PlainSource extends Source {
  /** Views that were frozen and not released yet. */
  open(): number;
  /** A folder that is not there: the set becomes incomplete. */
  missing: boolean;
  /** The estimate of its bytes that it gives before it is read; the truth unless a test says otherwise. */
  claims: number;
  /** What `freeze` throws, or what the reading of the content throws, if anything. */
  failAt: { freeze?: Error; read?: Error; release?: Error };
  /** How often one of these was thrown. */
  fired(): number;
}

/** A source of one component `folder/<name>` whose members are given: real members in a real archive. */
export function plainSource(name: string, contents: Record<string, Uint8Array>): PlainSource {
  const id = `folder/${name}`;
  let open = 0;
  let fired = 0;
  const fail = (error: Error | undefined): void => {
    if (error === undefined) return;
    fired += 1;
    throw error;
  };
  const source: PlainSource = {
    id,
    missing: false,
    claims: bytesOf(contents),
    failAt: {},
    open: () => open,
    fired: () => fired,
    check: async () => ({ source: id, bytes: bytesOf(contents), findings: [] }),
    async freeze(): Promise<FrozenView> {
      fail(source.failAt.freeze);
      open += 1;
      return {
        takenAt: Temporal.Instant.from('2026-04-10T21:45:01Z'),
        journal: [],
        bytes: source.claims,
        components: [{ id, kind: 'folder', name, importance: 'normal', writeTo }],
        async [Symbol.asyncDispose]() {
          open -= 1;
          fail(source.failAt.release);
        },
      };
    },
  };

  const writeTo: FrozenView['components'][number]['writeTo'] = async (sink, { signal, onBytes }) => {
    if (source.missing) return missingRecord(id, name);
    const members = [];
    for (const [path, bytes] of Object.entries(contents)) {
      const content: MemberContent = () => chunksOf(bytes, () => fail(source.failAt.read));
      members.push(await sink.add(`${id}/${path}`, content, { signal }));
      onBytes(bytes.length, path);
    }
    return plainComponent(id, members);
  };
  return source;
}

function bytesOf(contents: Record<string, Uint8Array>): number {
  return Object.values(contents).reduce((sum, bytes) => sum + bytes.length, 0);
}

async function* chunksOf(bytes: Uint8Array, inTheMiddle: () => void): AsyncIterable<Uint8Array> {
  const half = Math.ceil(bytes.length / 2);
  yield bytes.subarray(0, half);
  inTheMiddle();
  yield bytes.subarray(half);
}

function missingRecord(id: string, name: string): ComponentRecord {
  return {
    ...plainComponent(id, []),
    state: 'missing',
    sha256: sha256Of(''),
    notes: [{ code: 'missing', what: `/srv/${name}` }],
  };
}
