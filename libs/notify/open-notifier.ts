import type { Clock } from '#platform/clock.ts';
import { messageOf } from '#platform/message-of.ts';
import { afterDrill } from './after-drill.ts';
import { afterRun, type Event } from './after-run.ts';
import { type DeliveryParts, deliverDue } from './deliver-due.ts';
import type { EndedBackup } from './ended-backup.ts';
import type { Memory } from './memory.ts';
import type { Channel, Notice } from './notice.ts';
import { noticeOf } from './notice-of.ts';
import type { Outbox } from './open-outbox.ts';

/** Tells those whom the conf names. What is to be told is on disk before a method returns; sending is apart from it. */
export interface Notifier {
  runStarted(startedAt: Temporal.Instant): Promise<void>;
  runEnded(run: EndedBackup): Promise<void>;
  /** LB-03: a drill ended; a red one is an alarm until one is green. */
  drillEnded(run: EndedBackup): Promise<void>;
  /** An alarm that others found reason for. While one holds, only a `further` one is told: it says something else. */
  raise(
    alarm: { id: string; title?: string; message: string; hint?: string; code?: string },
    options?: { further?: boolean },
  ): Promise<void>;
  /** For the watch: changes what is remembered and tells what follows from it. */
  change(change: (memory: Memory) => { event?: Event; memory: Memory }): Promise<void>;
  memory(): Memory;
  /**
   * Puts in what others have to tell, of systems that this one serves: gathered, so that each channel gets one message in
   * `gatherEvery` seconds. Monitors, which hear of one system alone, are not asked.
   */
  relay(notices: readonly Notice[]): void;
  /** Sends what is due now, and resolves when that has been tried. */
  deliver(signal: AbortSignal): Promise<void>;
  /** Sends whatever becomes due, until the signal; what other programs put in too. What is on its way then has a little time. */
  run(signal: AbortSignal): Promise<void>;
}

export interface NotifierParts {
  system: { id: string; name: string };
  host: string;
  outbox: Outbox;
  channels: readonly Channel[];
  clock: Clock;
  /** Seconds between two messages of a channel about systems that this one serves; 0: each at once. */
  gatherEvery?: number;
  tell: DeliveryParts['tell'];
  /** A sleep that `ring` cuts short: something is to be sent. */
  alarm: { wait(milliseconds: number, signal: AbortSignal): Promise<void>; ring(): void };
}

/** How often the service looks for what other programs put in, in milliseconds. */
const LOOK_MS = 5000;

/** How long an attempt that is under way goes on after the end was asked for, in milliseconds. */
const GRACE_MS = 1500;

export function openNotifier(parts: NotifierParts): Notifier {
  const { outbox, channels } = parts;

  async function change(how: (memory: Memory) => { event?: Event; memory: Memory }): Promise<void> {
    let raised: Event | undefined;
    outbox.update((memory) => {
      const after = how(memory);
      raised = after.event;
      return { memory: after.memory, notices: raised === undefined ? [] : [noticeOf(raised, parts)] };
    }, channels);
    if (raised === undefined) return;
    parts.alarm.ring();
    // The journal has alarms even where no channel is set up (FD-08).
    if (ALARMS.includes(raised.kind)) await parts.tell([`ALARM ${raised.kind}: ${raised.message}`]);
  }

  return {
    runStarted: (startedAt) =>
      change((memory) => ({
        event: { id: `${startedAt} started`, kind: 'started', message: 'a backup has started' },
        memory,
      })),
    runEnded: (run) => change((memory) => afterRun(run, memory)),
    drillEnded: (run) => change((memory) => afterDrill(run, memory)),
    raise: (alarm, { further = false } = {}) =>
      change((memory) => {
        if (memory.alert !== undefined && !further) return { memory };
        const { code, ...event } = alarm;
        const since = memory.alert?.since ?? parts.clock.now().toString();
        const alert = { since, message: alarm.message, ...(code === undefined ? {} : { code }) };
        return { event: { ...event, kind: 'alert' }, memory: { ...memory, alert } };
      }),
    change,
    memory: () => outbox.memory(),
    relay(notices) {
      const listeners = channels.filter(({ latestOnly }) => !latestOnly);
      const own = { id: parts.system.id, name: parts.system.name };
      const named = notices.map((notice) =>
        notice.system.id === own.id ? notice : { ...notice, service: own },
      );
      outbox.gather(named, listeners, { every: parts.gatherEvery ?? 0, now: parts.clock.now() });
      parts.alarm.ring();
    },
    deliver: (signal) => deliverDue(parts, signal),
    async run(signal) {
      using cut = abortedLater(signal);
      while (!signal.aborted) {
        await deliverOrTell(parts, cut.signal);
        await parts.alarm.wait(LOOK_MS, signal);
      }
    },
  };
}

const ALARMS: readonly Event['kind'][] = ['alert', 'too-old', 'drill-failed'];

/** A full disk ends no loop: what is due is looked for again. */
async function deliverOrTell(parts: NotifierParts, signal: AbortSignal): Promise<void> {
  try {
    await deliverDue(parts, signal);
  } catch (error) {
    await parts.tell([`notify: ${messageOf(error)}`]);
  }
}

/** A signal that aborts a little after another one, so that what is nearly sent is not sent again. */
function abortedLater(signal: AbortSignal): Disposable & { signal: AbortSignal } {
  const cut = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => cut.abort(), GRACE_MS);
  };
  signal.addEventListener('abort', begin, { once: true });
  return {
    signal: cut.signal,
    [Symbol.dispose]() {
      signal.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
