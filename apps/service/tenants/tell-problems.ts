import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Log } from '#log/log.ts';
import type { Event } from '#notify/after-run.ts';
import { noticeOf } from '#notify/notice-of.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import type { Clock } from '#platform/clock.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';

/** Since when which problem lasts. */
const file = z.record(z.string(), z.string());

type Lasting = z.infer<typeof file>;

/**
 * Tells why tenants get no backup, to the log and through the service's channels: each thing once while it lasts, also
 * over restarts, and once when it is over. What lasts is kept in `tenants/problems.json` of the state folder.
 */
export async function tellProblems(service: {
  system: { id: string; name: string; state: string };
  clock: Clock;
  notifier: Pick<Notifier, 'relay'>;
  log: Log;
}): Promise<(problems: readonly string[]) => Promise<void>> {
  const { log, notifier, clock } = service;
  const folder = join(service.system.state, 'tenants');
  const path = join(folder, 'problems.json');
  let lasting = parse(await readIfThere(path));

  function relay(event: Omit<Event, 'id'>, of: string, at: string): void {
    const id = `tenants ${at} ${event.kind} ${createHash('sha256').update(of).digest('hex').slice(0, 16)}`;
    notifier.relay([noticeOf({ ...event, id }, { ...service, host: hostname() })]);
  }

  return async (problems) => {
    const before = lasting;
    const now = clock.now().toString();
    const after: Lasting = Object.fromEntries(problems.map((problem) => [problem, before[problem] ?? now]));
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    for (const problem of problems.filter((one) => before[one] === undefined)) {
      log.error('a tenant gets no backup', { problem });
      relay({ kind: 'failure', message: problem }, problem, now);
    }
    for (const [problem, since] of Object.entries(before)) {
      if (after[problem] !== undefined) continue;
      log.info('what was wrong with a tenant is over', { problem });
      relay({ kind: 'recovered', message: `it is over; since ${since}: ${problem}` }, problem, since);
    }
    lasting = after;
    // After it was told: a service that is killed between tells it twice, and not never.
    await privateFolder(folder);
    await writeFileAtomic(path, `${JSON.stringify(after, undefined, 1)}\n`);
  };
}

/** A file that is none is begun anew. */
function parse(text: string | undefined): Lasting {
  if (text === undefined) return {};
  try {
    return file.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
}
