import type { Channel, Notice, NoticeKind } from '#notify/notice.ts';
import { type Notifier, openNotifier } from '#notify/open-notifier.ts';
import { openOutbox } from '#notify/open-outbox.ts';
import { createAlarm } from '#schedule/alarm.ts';
import { SYSTEM_ID } from './backup-parts.ts';
import type { SettableClock } from './settable-clock.ts';

export interface TestNotifier extends Notifier, Disposable {
  /** The lines it journaled. */
  readonly told: string[];
}

/** A real notifier with its outbox in a folder, as a program that is started would have it. */
export async function testNotifier(
  folder: string,
  clock: SettableClock,
  channels: readonly Channel[],
  options: { gatherEvery?: number } = {},
): Promise<TestNotifier> {
  const outbox = await openOutbox(folder, SYSTEM_ID);
  const told: string[] = [];
  const notifier = openNotifier({
    system: { id: SYSTEM_ID, name: 'Door Control' },
    host: 'testhost',
    outbox,
    channels,
    ...options,
    clock,
    alarm: createAlarm(),
    tell: async (lines) => void told.push(...lines),
  });
  return { ...notifier, told, [Symbol.dispose]: () => outbox[Symbol.dispose]() };
}

/** A channel that keeps what it is sent. */
export function keepingChannel(on?: readonly NoticeKind[]): Channel & { sent: Notice[] } {
  const sent: Notice[] = [];
  return {
    id: 'webhook kept',
    wants: (kind) => on?.includes(kind) ?? kind !== 'started',
    latestOnly: false,
    waits: [60],
    timeLimit: 10,
    sent,
    async send(notice) {
      sent.push(notice);
      return [];
    },
  };
}
