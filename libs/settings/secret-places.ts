import type { SecretSource } from './secret-source.ts';
import type { Settings } from './settings.ts';

/** Every place that holds a secret of this system: passwords of servers and mail, addresses with tokens. */
export function secretPlaces(settings: Settings): SecretSource[] {
  const servers = [...settings.mariadb, ...settings.mssql].map(({ password }) => password);
  const channels = settings.channels.map((channel) =>
    channel.kind === 'mail' ? channel.password : channel.url,
  );
  return [...servers, ...channels].filter((place) => place !== undefined);
}
