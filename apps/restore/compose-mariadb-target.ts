import type { ArchiveReader } from '#archive/archive.ts';
import type { MariadbSettings } from '#settings/settings.ts';
import { mariadbTarget } from '#sources/mariadb/target/mariadb-target.ts';
import type { ComponentRecord, RestoreTarget } from '#sources/source.ts';
import { mariadbServer } from './mariadb-server.ts';
import type { RestoreRequest } from './request.ts';

/** The target for the chosen databases and accounts of one server section, signed in as the request says. */
export async function composeMariadbTarget(
  section: MariadbSettings,
  components: readonly ComponentRecord[],
  archive: ArchiveReader,
  request: RestoreRequest,
  places: { state: string; runId: string },
  signal: AbortSignal,
): Promise<RestoreTarget> {
  const { signIn, ...agreed } = request.mariadb;
  const source = archive.manifest.sources.find(({ id }) => id === `mariadb/${section.name}`);
  return mariadbTarget({
    name: section.name,
    server: await signIn(mariadbServer(section), signal),
    components,
    archive,
    stateFolder: places.state,
    archiveServerVersion: source?.serverVersion,
    run: places.runId,
    ...agreed,
  });
}
