import type { Notice } from '#notify/notice.ts';
import type { FleetFolder } from './make-fleet.ts';
import { openTestFleet } from './open-test-fleet.ts';
import { setClock } from './set-clock.ts';

export type TestFleet = Awaited<ReturnType<typeof openTestFleet>>;

/** A service from its start, at that time, to its end; resolves with what it told. */
export async function serveFleet(
  folder: FleetFolder,
  start: string,
  work: (fleet: TestFleet, clock: ReturnType<typeof setClock>) => Promise<void>,
): Promise<Notice[]> {
  const clock = setClock(start);
  await using fleet = await openTestFleet(folder, { clock });
  const stop = new AbortController();
  const run = fleet.run(stop.signal);
  try {
    await work(fleet, clock);
  } finally {
    stop.abort(new Error('over'));
    await run;
  }
  return fleet.notices;
}
