import type { Clock } from '#platform/clock.ts';
import type { Event } from './after-run.ts';
import type { Notice } from './notice.ts';

/** Whose event it is, and when. */
export interface NoticeContext {
  system: { id: string; name: string };
  host: string;
  clock: Clock;
}

const TITLES: Record<Event['kind'], string> = {
  started: 'backup started',
  unchanged: 'nothing has changed since the last good backup',
  success: 'backup done',
  failure: 'backup failed',
  incomplete: 'backup incomplete',
  interrupted: 'backup interrupted',
  recovered: 'backups are good again',
  alert: 'ALARM: backups keep failing',
  'too-old': 'ALARM: the last good backup is too old',
  'drill-failed': 'ALARM: the restore drill is red',
  'drill-passed': 'the restore drill is green again',
  test: 'test of notifications',
};

/** An event as everybody gets it. */
export function noticeOf(event: Event, { system, host, clock }: NoticeContext): Notice {
  const title = `${system.name}: ${event.title ?? TITLES[event.kind]}`;
  return { ...event, at: clock.now().toString(), system, host, title };
}
