import { hostname } from 'node:os';
import type { Log } from '#log/log.ts';
import { noticeOf } from '#notify/notice-of.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';

/** Tells why tenants get no backup, to the log and through the service's channels: each thing once while it lasts. */
export function tellProblems(service: {
  system: { id: string; name: string };
  clock: Clock;
  notifier: Pick<Notifier, 'relay'>;
  log: Log;
}): (problems: readonly string[]) => void {
  const { log, notifier } = service;
  let told: readonly string[] = [];
  return (problems) => {
    for (const problem of problems.filter((one) => !told.includes(one))) {
      log.error('a tenant gets no backup', { problem });
      const event = { id: `tenants ${problem}`, kind: 'failure' as const, message: problem };
      notifier.relay([noticeOf(event, { ...service, host: hostname() })]);
    }
    told = problems;
  };
}
