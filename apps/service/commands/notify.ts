import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Channel, Notice } from '#notify/notice.ts';
import { noticeOf } from '#notify/notice-of.ts';
import { ERRORS, LifeboatError } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { type ComposedSystem, composeSystem } from '../compose.ts';
import { composeChannels } from '../compose-channels.ts';
import { composeHooks } from '../compose-hooks.ts';

interface Tested {
  channel: string;
  sent: boolean;
  /** Why not, and what should be known although it was. */
  remarks: string[];
  hint?: string;
}

/**
 * `lifeboat notify`: the channels of the conf; with `--test` a test is sent to one of them or to all, at once and
 * once. Status 18 if one of them failed.
 */
export async function notify(
  context: CommandContext,
  options: { test: boolean; channel: string | undefined },
): Promise<number> {
  const system = await composeSystem(context);
  const channels = chosen(composeChannels(system.settings, composeHooks(system, context)), options.channel);
  if (!options.test) {
    const names = channels.map(({ id }) => id);
    context.stdout.write(context.json ? `${JSON.stringify(names)}\n` : listed(names));
    return 0;
  }
  const notice = testNotice(system, context);
  const tested = await Promise.all(
    channels.filter(({ wants }) => wants('test')).map((channel) => test(channel, notice, context.signal)),
  );
  context.stdout.write(context.json ? `${JSON.stringify(tested)}\n` : tested.map(described).join(''));
  if (!context.json && tested.length === 0) context.stdout.write(listed([]));
  return tested.every(({ sent }) => sent) ? 0 : ERRORS['notify-failed'].exit;
}

/** By its name, or by kind and name as in the conf. */
function chosen(channels: Channel[], wanted: string | undefined): Channel[] {
  if (wanted === undefined) return channels;
  const found = channels.filter(({ id }) => id === wanted || id.slice(id.indexOf(' ') + 1) === wanted);
  if (found.length > 0) return found;
  throw new LifeboatError('usage', `there is no channel "${wanted}" in the conf`, {
    hint: `it has ${channels.map(({ id }) => `"${id}"`).join(', ') || 'none: see docs/sysbackup-conf.md'}`,
  });
}

function testNotice(system: ComposedSystem, { clock }: CommandContext): Notice {
  const event = {
    id: `test ${randomUUID()}`,
    kind: 'test' as const,
    message: 'somebody ran lifeboat notify --test; nothing has happened',
  };
  const { name } = system.settings.system;
  return noticeOf(event, { system: { id: system.id, name }, host: hostname(), clock });
}

async function test(channel: Channel, notice: Notice, signal: AbortSignal): Promise<Tested> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(channel.timeLimit * 1000)]);
    return { channel: channel.id, sent: true, remarks: await channel.send(notice, limit) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LifeboatError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { channel: channel.id, sent: false, remarks: [error.message], ...hint };
  }
}

function described({ channel, sent, remarks, hint }: Tested): string {
  const lines = [
    `${sent ? 'sent  ' : 'FAILED'} ${channel}`,
    ...remarks.map((remark) => `       ${remark}`),
    ...(hint === undefined ? [] : [`       what to do: ${hint}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function listed(names: string[]): string {
  return names.length === 0 ? 'no channels in the conf\n' : `${names.join('\n')}\n`;
}
