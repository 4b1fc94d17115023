import { hostname } from 'node:os';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Channel } from '#notify/notice.ts';
import { type Notifier, type NotifierParts, openNotifier } from '#notify/open-notifier.ts';
import { openOutbox } from '#notify/open-outbox.ts';
import type { Clock } from '#platform/clock.ts';
import { createAlarm } from '#schedule/alarm.ts';
import { composeChannels } from './compose-channels.ts';
import { composeHooks } from './compose-hooks.ts';
import type { ComposedSystem } from './composed-system.ts';

export interface SystemNotifier extends Notifier, Disposable {
  readonly channels: readonly Channel[];
}

/** Opens what is to be told of a system, for its channels. `tell` in the place of the journal. Throws `state-unusable`. */
export async function composeNotifier(
  system: ComposedSystem,
  context: { clock: Clock; environment: NodeJS.ProcessEnv; tell?: NotifierParts['tell'] },
): Promise<SystemNotifier> {
  const channels = composeChannels(system.settings, composeHooks(system, context));
  const outbox = await openOutbox(system.state, system.id);
  const notifier = openNotifier({
    system: { id: system.id, name: system.settings.system.name },
    host: hostname(),
    outbox,
    channels,
    gatherEvery: system.settings.tenants?.tellEvery ?? 0,
    clock: context.clock,
    alarm: createAlarm(),
    tell: context.tell ?? tellJournal(system.journal).tell,
  });
  return { ...notifier, channels, [Symbol.dispose]: () => outbox[Symbol.dispose]() };
}
