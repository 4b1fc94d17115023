import { type ConfChange, editConf } from './edit-conf.ts';
import { inTenantsName } from './in-tenants-name.ts';
import { scanConf } from './scan-conf.ts';

/** What a tenant may set of its own: when backups run, how many stay, what they look like. Never a place or a program. */
export const TENANT_KEYS: readonly string[] = [
  'frequency',
  'time',
  'weekday',
  'day',
  'every',
  'weekdays',
  'automation',
  'missed',
  'retry',
  'cancel_after',
  'keep',
  'keep_days',
  'delete_old',
  'naming',
  'prefix',
  'only_if_changed',
  'compression',
  'verbose',
];

/** Keys that make others of the profile contradict what the tenant has chosen. */
const INSTEAD_OF: Record<string, readonly string[]> = {
  every: ['frequency', 'weekdays'],
  frequency: ['every', 'weekdays'],
};

/** What a tenant has of its own, which no profile can say. */
export interface TenantPlaces {
  id: string;
  name: string;
  root: string;
  backups: string;
  /** Its own folder in the second place (TN-12); undefined where there is none. */
  second: string | undefined;
  state: string;
}

/**
 * The sysbackup.conf of one tenant, by which both programs treat it as any other system: the profile, with the
 * tenant's own places and over it the settings that the tenant chose, and the channels that the operator gave it.
 * A `*` in what names its databases is its own name, and no account comes along that others use. `nice` is 0 throughout:
 * it would hold for the whole service. Pure; throws `conf-invalid` for a name that can be in none of them.
 */
export function tenantConf(
  profile: { file: string; text: string },
  tenant: TenantPlaces,
  chosen: Readonly<Record<string, string>>,
  channels = '',
): string {
  const { id, name, root, backups, second, state } = tenant;
  const own = Object.entries({ id, name, root }).map(([key, value]) => ({ section: 'system', key, value }));
  const places = Object.entries({ path: backups, state, ...(second && { second_path: second }) }).map(
    inBackup,
  );
  const drill = { section: 'drill', key: 'nice', value: '0' };
  const servers = new Set(
    scanConf(profile.text).flatMap(({ section }) => section?.replace(/\s+/g, ' ') ?? []),
  );
  const accounts = [...servers]
    .filter((section) => section.startsWith('mariadb '))
    .map((section) => ({ section, key: 'accounts', value: 'own' }));
  const overruled = Object.keys(chosen).flatMap((key) => INSTEAD_OF[key] ?? []);
  const changes: ConfChange[] = [
    ...own,
    ...places,
    drill,
    ...accounts,
    ...overruled.map((key) => ({ section: 'backup', key, value: undefined })),
    ...Object.entries(chosen).map(inBackup),
  ];
  return `; Made of ${profile.file} and the settings of this tenant. What is written here by hand is lost.\n${editConf(`${inTenantsName(profile.text, name)}\n${channels}`, changes)}`;
}

function inBackup([key, value]: [string, string]): ConfChange {
  return { section: 'backup', key, value };
}
