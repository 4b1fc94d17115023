import { hostname } from 'node:os';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Channel } from '#notify/notice.ts';
import { type Notifier, type NotifierParts, openNotifier } from '#notify/open-notifier.ts';
import { type Outbox, openOutbox } from '#notify/open-outbox.ts';
import type { Clock } from '#platform/clock.ts';
import { createAlarm } from '#schedule/alarm.ts';
import { relayedOutbox } from '../tenants/relayed-outbox.ts';
import { composeChannels } from './compose-channels.ts';
import { composeHooks } from './compose-hooks.ts';
import type { ComposedSystem } from './composed-system.ts';

export interface SystemNotifier extends Notifier, Disposable {
  readonly channels: readonly Channel[];
}

interface NotifierContext {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** In the place of the journal. */
  tell?: NotifierParts['tell'];
}

/**
 * Opens what is to be told of a system, for its channels. What a tenant without any has to tell is put in for those of the
 * service, which sends it. Throws `state-unusable`.
 */
export async function composeNotifier(
  system: ComposedSystem,
  context: NotifierContext,
): Promise<SystemNotifier> {
  const { settings, toldThrough } = system;
  using opened = new DisposableStack();
  const outbox = opened.use(await openOutbox(system.state, system.id));
  const own = channelsOf(system, context);
  const through = own.some(({ latestOnly }) => !latestOnly) ? undefined : toldThrough;
  const name = nameOf(system);
  const parts = partsOf({ ...system, name }, { channels: own, settings, outbox }, context);
  if (through === undefined) return kept(openNotifier(parts), own, opened.move());
  const outboxOfService = opened.use(await openOutbox(through.state, through.id));
  const channels = channelsOf({ ...system, settings: through.settings }, context);
  const service = { ...system, id: through.id, name: through.settings.system.name };
  const places = { channels, settings: through.settings, outbox: outboxOfService };
  const { relay } = openNotifier(partsOf(service, places, context));
  const relayed = relayedOutbox(outbox, { id: system.id }, relay);
  return kept(openNotifier({ ...parts, outbox: relayed }), own, opened.move());
}

function nameOf({ settings, toldThrough }: ComposedSystem): string {
  const { name } = settings.system;
  return toldThrough === undefined ? name : `${name} (tenant of ${toldThrough.settings.system.name})`;
}

function channelsOf(system: Parameters<typeof composeHooks>[0], context: NotifierContext): Channel[] {
  return composeChannels(system.settings, composeHooks(system, context));
}

function partsOf(
  { id, name, journal }: Pick<ComposedSystem, 'id' | 'journal'> & { name: string },
  {
    channels,
    settings,
    outbox,
  }: Pick<ComposedSystem, 'settings'> & { channels: readonly Channel[]; outbox: Outbox },
  { clock, tell }: NotifierContext,
): NotifierParts {
  return {
    ...{ system: { id, name }, host: hostname(), outbox, channels, clock },
    gatherEvery: settings.tenants?.tellEvery ?? 0,
    alarm: createAlarm(),
    tell: tell ?? tellJournal(journal).tell,
  };
}

function kept(notifier: Notifier, channels: readonly Channel[], opened: DisposableStack): SystemNotifier {
  return { ...notifier, channels, [Symbol.dispose]: () => opened.dispose() };
}
