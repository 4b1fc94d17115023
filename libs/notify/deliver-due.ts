import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Channel } from './notice.ts';
import type { Delivery, Outbox } from './open-outbox.ts';

export interface DeliveryParts {
  outbox: Outbox;
  channels: readonly Channel[];
  clock: Clock;
  /** Where it is journaled what was sent and what was not, and why; `detail` is no error. Never throws. */
  tell: (lines: readonly string[], options?: { detail?: boolean }) => Promise<void>;
}

/**
 * Sends what is due, to all channels at once and to each in order, until nothing is due. A channel that fails
 * is journaled with the cause and tried again as often as it says; it holds no other back. Never throws for a
 * channel. Aborting ends what is being sent; it stays due.
 */
export async function deliverDue(parts: DeliveryParts, signal: AbortSignal): Promise<void> {
  await Promise.all(parts.channels.map((channel) => deliverOn(channel, parts, signal)));
}

async function deliverOn(channel: Channel, parts: DeliveryParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [delivery] = parts.outbox.take([channel], parts.clock.now());
    if (delivery === undefined) return;
    await deliver(delivery, parts, signal);
  }
}

async function deliver(delivery: Delivery, parts: DeliveryParts, signal: AbortSignal): Promise<void> {
  const { channel, notice, attempt } = delivery;
  const attempts = channel.waits.length + 1;
  // Programs that were killed while they sent have used them up.
  if (attempt > attempts) return parts.outbox.failed(delivery, undefined, parts.clock.now());
  const limit = AbortSignal.any([signal, AbortSignal.timeout(channel.timeLimit * 1000)]);
  try {
    const remarks = await channel.send(notice, limit);
    parts.outbox.sent(delivery);
    const lead = `notify ${channel.id}:`;
    const lines = [`${lead} told of ${notice.kind}`, ...remarks.map((remark) => `${lead} ${remark}`)];
    await parts.tell(lines, { detail: remarks.length === 0 });
  } catch (error) {
    // An attempt that a stop cut off is not counted against the channel: the next start makes it.
    const wait = signal.aborted ? 0 : attempt < attempts ? channel.waits[attempt - 1] : undefined;
    parts.outbox.failed(delivery, wait, parts.clock.now());
    const next = wait === undefined ? 'given up' : wait === 0 ? 'stopped' : `again in ${spoken(wait)}`;
    const lead = `notify: attempt ${attempt} of ${attempts} to tell of ${notice.kind} failed`;
    await parts.tell([`${lead}, ${next}: ${reasonOf(error, channel)}`]);
  }
}

/** Only our own errors are known to hold no secret. */
function reasonOf(error: unknown, channel: Channel): string {
  if (error instanceof LifeboatError) return error.message;
  return `${channel.id}: ${error instanceof Error ? error.name : 'unknown error'}`;
}

function spoken(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
