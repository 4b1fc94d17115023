import type { OnProgress } from '#platform/progress.ts';
import type { FrozenView, Source } from '#sources/source.ts';

/** All sources, each fixed at one point in time; disposing it releases them all. */
export interface FrozenSet extends AsyncDisposable {
  readonly views: { source: string; view: FrozenView }[];
  /** An estimate of the uncompressed bytes to be read. */
  readonly bytes: number;
  /**
   * The time of the last source's view: what the set as a whole stands for. Of a SQL Server it is known only when
   * its backups have ended.
   */
  readonly takenAt: Temporal.Instant;
  readonly journal: string[];
}

/** Freezes one source after the other, as close together as they allow. If one fails, the others are released. */
export async function freezeSources(
  sources: readonly Source[],
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<FrozenSet> {
  await using opened = new AsyncDisposableStack();
  const views: FrozenSet['views'] = [];
  for (const source of sources) {
    signal.throwIfAborted();
    onProgress({
      stage: 'fixing the point in time',
      item: source.id,
      done: views.length,
      total: sources.length,
    });
    views.push({ source: source.id, view: opened.use(await source.freeze(signal)) });
  }
  const kept = opened.move();
  return {
    views,
    bytes: views.reduce((sum, { view }) => sum + view.bytes, 0),
    get takenAt() {
      return latest(views.map(({ view }) => view.takenAt));
    },
    journal: views.flatMap(({ source, view }) => view.journal.map((line) => `${source}: ${line}`)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function latest(instants: Temporal.Instant[]): Temporal.Instant {
  return instants.reduce((a, b) => (Temporal.Instant.compare(a, b) >= 0 ? a : b));
}
