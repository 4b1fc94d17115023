import type { Log } from '#log/log.ts';
import type { Clock } from '#platform/clock.ts';
import { createAlarm } from '#schedule/alarm.ts';
import type { Told } from './tell-of-tenant.ts';

/** Sends what tenants tell through channels of their own: one loop for all of them. */
export interface OwnSending {
  /** Something of this tenant may be due. */
  ring(id: string): void;
  run(signal: AbortSignal): Promise<void>;
}

/** So many at once: a channel that does not answer holds up few others. */
const AT_ONCE = 8;
/** After what cannot be sent for a reason of our own (a full disk). */
const AGAIN_MS = 60_000;

/** `toldOf`: undefined where the tenant is gone. */
export function sendOwn(
  toldOf: (id: string) => Pick<Told, 'deliver'> | undefined,
  { clock, log }: { clock: Clock; log: Log },
): OwnSending {
  /** When to look at whom, in milliseconds since 1970. */
  const due = new Map<string, number>();
  const sending = new Map<string, Promise<void>>();
  const alarm = createAlarm();
  const now = () => clock.now().epochMilliseconds;

  async function send(id: string, signal: AbortSignal): Promise<void> {
    try {
      const next = await toldOf(id)?.deliver(signal);
      // What was put in meanwhile comes first.
      if (next !== undefined && !due.has(id)) due.set(id, next.epochMilliseconds);
    } catch (error) {
      log.error('what a tenant has to tell could not be sent', { id, error });
      due.set(id, now() + AGAIN_MS);
    }
  }

  return {
    ring(id) {
      due.set(id, 0);
      alarm.ring();
    },
    async run(signal) {
      while (!signal.aborted) {
        for (const [id, at] of due) {
          if (sending.size >= AT_ONCE) break;
          if (at > now() || sending.has(id)) continue;
          due.delete(id);
          const ended = send(id, signal).finally(() => {
            sending.delete(id);
            alarm.ring();
          });
          sending.set(id, ended);
        }
        const waiting = [...due].filter(([id]) => !sending.has(id)).map(([, at]) => at);
        const next = sending.size >= AT_ONCE ? Number.POSITIVE_INFINITY : Math.min(...waiting);
        await alarm.wait(next - now(), signal);
      }
      await Promise.all(sending.values());
    },
  };
}
