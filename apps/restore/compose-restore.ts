import type { ArchiveReader } from '#archive/archive.ts';
import type { RunParts } from '#journal/run-parts.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { Safety } from '#restore/in-place/safety.ts';
import { faultPoint } from '#restore/log/fault-point.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { RestoreParts } from '#restore/restore-parts.ts';
import { stateFolder } from '#settings/default-places.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import { composeMigration } from './compose-migration.ts';
import { composeSwitching } from './compose-switching.ts';
import { makePlan } from './make-plan.ts';
import { markRestoredSettings, type SettingsMark } from './mark-restored-settings.ts';
import { withServerAddresses } from './new-machine/with-server-addresses.ts';
import { newRunId } from './new-run-id.ts';
import { openLocalArchive } from './open-local-archive.ts';
import { type Profile, readProfile } from './read-profile.ts';
import { recordingOf } from './recording-of.ts';
import { type RestoreRequest, trustsArchive } from './request.ts';
import { makeSafety } from './safety/make-safety.ts';
import { systemParts } from './system-parts.ts';

/** Where the restore tool looks and what it may use. */
export interface RestorePlaces {
  conf: string;
  state: string | undefined;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
}

/** A restore that is ready to be shown, agreed to and run. Dispose closes the archive and drops what was staged. */
export interface ComposedRestore extends AsyncDisposable {
  archive: ArchiveReader;
  profile: Profile;
  plan: RestorePlan;
  /** Where the restore is recorded. */
  recording: RunParts;
  /** Where what belongs to this run is kept. */
  places: { state: string; runId: string };
  /** Notes that backup settings come back, for as long as nobody confirms them. */
  markSettings(): Promise<SettingsMark>;
  /** Saves what is live before a restore in place. */
  makeSafety(onProgress: OnProgress, signal: AbortSignal): Promise<Safety>;
  /** What runs the plan; `agreed` is the request with what was agreed to since it was composed. */
  parts(onProgress: OnProgress, agreed: RestoreRequest): RestoreParts;
}

/** Opens the archive, finds out where everything goes and what stands there now. Changes nothing. */
export async function composeRestore(
  request: RestoreRequest,
  { conf, clock, environment, ...given }: RestorePlaces,
  signal: AbortSignal,
): Promise<ComposedRestore> {
  await using opened = new AsyncDisposableStack();
  const archive = opened.use(await openLocalArchive(request.archive, signal));
  const profile = atGivenServers(await readProfile(conf, archive, signal), request);
  const { settings } = profile;
  const installed = profile.from === 'installed' ? settings : undefined;
  const state = stateFolder(given.state, environment, installed);
  const places = { state, runId: newRunId(clock) };
  const { system } = archive.manifest;
  const recording = recordingOf(installed, system, { stateFolder: state, clock });
  const around = systemParts(profile, environment);
  const guessed = installed === undefined && given.state === undefined && !environment['LIFEBOAT_STATE'];
  const { plan, works, chosen } = opened.use(
    await makePlan(
      {
        ...{ archive, profile, request, clock },
        around: { state, systemId: system.id, around },
        guessed: guessed ? [guessedState(state)] : [],
      },
      { conf, ...places, signal },
    ),
  );
  const migration = composeMigration(plan.migration, settings, { recording, environment });
  const kept = opened.move();
  return {
    ...{ archive, profile, plan, recording, places },
    markSettings: () => markRestoredSettings({ archive, chosen, profile }, { ...places, clock }, signal),
    makeSafety: (onProgress, how) =>
      makeSafety({ plan, profile, request, recording, onProgress, places: { conf, ...places } }, how),
    parts: (onProgress, agreed) => ({
      ...{ archive, targets: works, migration, around, clock, onProgress },
      ...{ stateFolder: state, runId: places.runId },
      switching: composeSwitching({ settings, state, request: agreed }),
      fault: faultPoint(environment),
      agreed: { confirmed: agreed.confirmed, keys: agreedKeys(agreed, archive) },
    }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function atGivenServers(profile: Profile, { mariadbAt }: RestoreRequest): Profile {
  return { ...profile, settings: withServerAddresses(profile.settings, mariadbAt) };
}

/** Only the installed conf tells where the lock lies, unless it was told by hand: what is said where it cannot be read. */
function guessedState(state: string): TargetReport {
  const finding = {
    level: 'warning' as const,
    message: `the state folder is taken to be ${state}, since no conf could say: a service that has another one does not see this restore`,
    hint: 'stop the service first, or name its folder with --state',
  };
  return { components: [], space: [], findings: [finding] };
}

function agreedKeys(request: RestoreRequest, archive: ArchiveReader): RestoreParts['agreed']['keys'] {
  const trusted = trustsArchive(request, archive.manifest);
  const inPlace = request.inPlace === archive.manifest.system.name;
  return new Set([
    ...request.agreed,
    ...(trusted ? (['archive-profile'] as const) : []),
    ...(inPlace ? (['in-place'] as const) : []),
  ]);
}
