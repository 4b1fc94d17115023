import { ERRORS } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { type TestedChannel, testChannels } from '../channels/test-channels.ts';
import { chooseChannels } from '../compose/choose-channels.ts';
import { composeChannels } from '../compose/compose-channels.ts';
import { composeHooks } from '../compose/compose-hooks.ts';
import { composeSystem } from '../compose/compose-system.ts';

/**
 * `lifeboat notify`: the channels of the conf; with `--test` a test is sent to one of them or to all, at once and
 * once. Status 18 if one of them failed.
 */
export async function notify(
  context: CommandContext,
  options: { test: boolean; channel: string | undefined },
): Promise<number> {
  const system = await composeSystem(context);
  const channels = chooseChannels(
    composeChannels(system.settings, composeHooks(system, context)),
    options.channel,
  );
  if (!options.test) {
    const names = channels.map(({ id }) => id);
    context.stdout.write(context.json ? `${JSON.stringify(names)}\n` : listed(names));
    return 0;
  }
  const tested = await testChannels(system, channels, context);
  context.stdout.write(context.json ? `${JSON.stringify(tested)}\n` : tested.map(described).join(''));
  if (!context.json && tested.length === 0) context.stdout.write(listed([]));
  return tested.every(({ sent }) => sent) ? 0 : ERRORS['notify-failed'].exit;
}

function described({ channel, sent, remarks, hint }: TestedChannel): string {
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
