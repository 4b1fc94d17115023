import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Channel, Notice } from '#notify/notice.ts';
import { noticeOf } from '#notify/notice-of.ts';
import type { Clock } from '#platform/clock.ts';
import { type ErrorCode, LifeboatError } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

export interface TestedChannel {
  channel: string;
  sent: boolean;
  /** Why not, and what should be known although it was. */
  remarks: string[];
  /** Why not, as errors.ts has it. */
  code?: ErrorCode;
  hint?: string;
}

/** Sends a test to each of these channels that takes one, at once and once. */
export async function testChannels(
  system: ComposedSystem,
  channels: readonly Channel[],
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<TestedChannel[]> {
  const notice = testNotice(system, clock);
  return await Promise.all(
    channels.filter(({ wants }) => wants('test')).map((channel) => test(channel, notice, signal)),
  );
}

function testNotice(system: ComposedSystem, clock: Clock): Notice {
  const event = {
    id: `test ${randomUUID()}`,
    kind: 'test' as const,
    message: 'somebody asked for a test; nothing has happened',
  };
  const { name } = system.settings.system;
  return noticeOf(event, { system: { id: system.id, name }, host: hostname(), clock });
}

async function test(channel: Channel, notice: Notice, signal: AbortSignal): Promise<TestedChannel> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(channel.timeLimit * 1000)]);
    return { channel: channel.id, sent: true, remarks: await channel.send(notice, limit) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LifeboatError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { channel: channel.id, sent: false, remarks: [error.message], code: error.code, ...hint };
  }
}
