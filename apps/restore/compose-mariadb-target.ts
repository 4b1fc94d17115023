import type { ArchiveReader } from '#archive/archive.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import type { MariadbSettings } from '#settings/settings.ts';
import { placeOf } from '#sources/mariadb/place-of.ts';
import { mariadbTarget } from '#sources/mariadb/target/mariadb-target.ts';
import type { RestoreTarget, TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { MariadbRequest } from './request.ts';

/** The target for the chosen databases and accounts of one server section, signed in as the request says. */
export async function composeMariadbTarget(
  section: MariadbSettings,
  components: readonly ComponentRecord[],
  archive: ArchiveReader,
  request: MariadbRequest & { signIn: NonNullable<MariadbRequest['signIn']> },
  places: { state: string; runId: string },
  signal: AbortSignal,
): Promise<RestoreTarget> {
  const { signIn, localInfile, ...agreed } = request;
  const source = archive.manifest.sources.find(({ id }) => id === `mariadb/${section.name}`);
  const server = await signIn(mariadbServer(section), signal);
  const loadsRows = components.some(({ kind }) => kind === 'mariadb-database');
  return mariadbTarget({
    name: section.name,
    server,
    components,
    archive,
    stateFolder: places.state,
    archiveServerVersion: source?.serverVersion,
    run: places.runId,
    localInfile: loadsRows ? await localInfile(server, signal) : 'insert',
    ...agreed,
  });
}

/** What can be said of the databases of a server that is not spoken to. */
export function unseenServer(section: MariadbSettings, components: readonly ComponentRecord[]): TargetReport {
  const place = placeOf(section.address);
  return {
    components: components.map(({ id, kind, name }) => ({
      id,
      place: kind === 'mariadb-accounts' ? `accounts on ${place}` : `database ${name} on ${place}`,
      now: 'not looked at yet',
    })),
    space: [],
    findings: [],
  };
}
