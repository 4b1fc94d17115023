import type { ArchiveReader } from '#archive/archive.ts';
import { mssqlServer } from '#settings/mssql-server.ts';
import type { MssqlSettings } from '#settings/settings.ts';
import { placeOf } from '#sources/mssql/place-of.ts';
import { mssqlTarget } from '#sources/mssql/target/mssql-target.ts';
import type { RestoreTarget, TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { MssqlRequest } from './request.ts';
import type { TargetPlaces } from './target-places.ts';

/** The target for the chosen databases and logins of one server section, signed in as the request says. */
export async function composeMssqlTarget(
  section: MssqlSettings,
  components: readonly ComponentRecord[],
  archive: ArchiveReader,
  request: MssqlRequest & { signIn: NonNullable<MssqlRequest['signIn']> },
  places: TargetPlaces,
): Promise<RestoreTarget> {
  const { signIn, ...agreed } = request;
  return mssqlTarget({
    name: section.name,
    server: await signIn(mssqlServer(section), places.signal),
    components,
    archive,
    staging: section.staging,
    stallMs: section.stallMs,
    check: section.check,
    conf: places.conf,
    stateFolder: places.state,
    run: places.runId,
    savedHere: places.savedHere ?? false,
    ...agreed,
  });
}

/** What can be said of the databases of a server that is not spoken to. */
export function unseenMssqlServer(
  section: MssqlSettings,
  components: readonly ComponentRecord[],
): TargetReport {
  const place = placeOf(section.address);
  return {
    components: components.map(({ id, kind, name }) => ({
      id,
      place: kind === 'mssql-logins' ? `logins on ${place}` : `database ${name} on ${place}`,
      now: 'not looked at yet',
    })),
    space: [],
    findings: [],
  };
}
