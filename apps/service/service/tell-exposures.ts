import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { type Exposure, readExposures } from '../status/read-exposures.ts';
import { riskText } from '../status/risk-text.ts';

/** Raises an alarm, at a start of the service, if others may read or change what holds every key and password of the system. */
export async function tellExposures(
  system: Parameters<typeof readExposures>[0],
  notifier: Pick<Notifier, 'raise'>,
  clock: Clock,
): Promise<void> {
  const exposures = await readExposures(system);
  if (exposures.length === 0) return;
  const said = exposures.map((exposure: Exposure) => riskText(exposure));
  await notifier.raise({
    id: `${clock.now()} place-exposed`,
    title: 'ALARM: others may read the backups',
    message: said.map(({ message }) => message).join('; '),
    hint: said.map(({ hint }) => hint).join('; '),
    code: 'place-exposed',
  });
}
