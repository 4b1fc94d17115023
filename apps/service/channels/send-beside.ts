import type { Channel } from '#notify/notice.ts';
import type { Notifier } from '#notify/open-notifier.ts';

/** Beyond the longest time limit of a channel, how long a program that is about to end waits, in milliseconds. */
const END_MS = 5000;
/** The same in all after a stop. */
const END_AFTER_STOP_MS = 1500;

export interface Sending {
  /** The same notifier, which also begins to send at once what is put in; nothing waits for that. */
  notifier: Pick<Notifier, 'runStarted' | 'runEnded' | 'drillEnded' | 'change'>;
  /** Resolves when all has been tried once, or its time is over; what is left the next program sends. */
  end(signal: AbortSignal): Promise<void>;
}

/** Sends notifications beside the work of a program that does not stay, as the service does. */
export function sendBeside(notifier: Notifier & { channels: readonly Channel[] }): Sending {
  const stop = new AbortController();
  const sendings: Promise<void>[] = [];
  const send = (): void => {
    const sending = notifier.deliver(stop.signal);
    // Looked at in the end; until then it must not count as a rejection that nobody handles.
    sending.catch(() => undefined);
    sendings.push(sending);
  };
  return {
    notifier: {
      async runStarted(startedAt) {
        await notifier.runStarted(startedAt);
        send();
      },
      async runEnded(run) {
        await notifier.runEnded(run);
        send();
      },
      async drillEnded(run) {
        await notifier.drillEnded(run);
        send();
      },
      async change(change) {
        await notifier.change(change);
        send();
      },
    },
    async end(signal) {
      send();
      const longest = Math.max(0, ...notifier.channels.map(({ timeLimit }) => timeLimit));
      const late = setTimeout(
        () => stop.abort(),
        signal.aborted ? END_AFTER_STOP_MS : longest * 1000 + END_MS,
      );
      try {
        await Promise.all(sendings);
      } finally {
        clearTimeout(late);
      }
    },
  };
}
