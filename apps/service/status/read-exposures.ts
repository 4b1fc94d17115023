import { keepOutCommand } from '#platform/windows/keep-out-command.ts';
import { othersAdmitted } from '#platform/windows/others-admitted.ts';
import { parseSddl } from '#platform/windows/parse-sddl.ts';
import { type WindowsAccounts, windowsAccounts } from '#platform/windows/windows-accounts.ts';
import { type WindowsSecurity, windowsSecurity } from '#platform/windows/windows-security.ts';
import { journalFolder } from '#settings/default-places.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

/** A folder of the backup that lets in more than SYSTEM, Administrators and the service's own account. */
export interface Exposure {
  code: 'exposed';
  place: string;
  /** Whom, by name, for a person. */
  who: string;
  /** The line that keeps them out. */
  command: string;
}

/** ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND: others tell of a folder that is not there. */
const NOT_THERE = [2, 3];

/** Backup paths, state and logs whose access rights on Windows let others in; of other systems nothing is said. */
export async function readExposures(
  system: Pick<ComposedSystem, 'destination' | 'second' | 'state' | 'settings'>,
): Promise<Exposure[]> {
  const security = await windowsSecurity();
  const accounts = await windowsAccounts();
  if (security === undefined || accounts === undefined) return [];
  const { destination, second, state, settings } = system;
  const places = [destination.place, second?.destination.place, state, journalFolder(state, settings)];
  const known = new Set(places.filter((place) => place !== undefined));
  return [...known].flatMap((place) => exposureOf(place, security, accounts) ?? []);
}

function exposureOf(
  place: string,
  security: WindowsSecurity,
  accounts: WindowsAccounts,
): Exposure | undefined {
  const read = security.read(place);
  if ('status' in read && NOT_THERE.includes(read.status)) return undefined;
  const own = [accounts.own() ?? []].flat();
  const rights = 'sddl' in read ? parseSddl(read.sddl) : undefined;
  const others = rights && othersAdmitted(rights, own);
  if (others?.length === 0) return undefined;
  const who = others?.map((account) => accounts.nameOf(account) ?? account).join(', ');
  const sids = (others ?? []).map((account) => accounts.sidOf(account) ?? account);
  return {
    code: 'exposed',
    place,
    who: who ?? `nobody knows whom (${'status' in read ? `Windows error ${read.status}` : read.sddl})`,
    command: keepOutCommand(place, { own, others: sids }),
  };
}
