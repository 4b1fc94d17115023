import type { RunParts } from '#journal/run-parts.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import { faultPoint } from '#restore/log/fault-point.ts';
import type { RecoverParts } from '#restore/recover.ts';
import type { SystemParts } from '#restore/transaction.ts';
import { stateFolder } from '#settings/default-places.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSwitching } from './compose-switching.ts';
import type { ServersRequest } from './compose-targets.ts';
import { withServerAddresses } from './new-machine/with-server-addresses.ts';
import { newRunId } from './new-run-id.ts';
import { recordingOf } from './recording-of.ts';
import { openSafety } from './safety/open-safety.ts';
import { systemParts } from './system-parts.ts';

/** What recover, undo, forget and kept need: no archive, and of the conf only what can be read of it. */
export interface Recovery {
  stateFolder: string;
  /** Undefined where no conf says: then every system of the state folder is meant. */
  systemId: string | undefined;
  /** Names an undo. */
  runId: string;
  /** Undefined where no conf can be read. */
  around: SystemParts | undefined;
  parts(onProgress: OnProgress): RecoverParts;
  recording(system: { id: string; name: string }): RunParts;
}

export async function composeRecovery(
  context: CommandContext,
  request: ServersRequest & { mariadbAt: readonly string[] },
): Promise<Recovery> {
  const { clock, environment } = context;
  const settings = await readIfPossible(context, request.mariadbAt);
  const state = stateFolder(context.state, environment, settings);
  return {
    stateFolder: state,
    systemId: settings?.system.id,
    runId: newRunId(clock),
    around: settings && systemParts({ settings, from: 'installed' }, environment),
    parts: (onProgress) => ({
      switching: composeSwitching({ settings, state, request }),
      stateFolder: state,
      clock,
      onProgress,
      fault: faultPoint(environment),
      async openSafety(archive, ids, signal) {
        if (settings === undefined) throw noConf(context.conf);
        const profile = { settings, from: 'installed' as const };
        const places = { conf: context.conf, state, runId: newRunId(clock) };
        return await openSafety(archive, { profile, request, places }, ids, signal);
      },
    }),
    recording: (system) => recordingOf(settings, system, { stateFolder: state, clock }),
  };
}

function noConf(conf: string): LifeboatError {
  return new LifeboatError('conf-missing', `${conf} cannot be read, which says where everything belongs`, {
    hint: 'bring it back, or name another with --conf; nothing was changed',
  });
}

/** The conf may be among what is between two states; files and folders need none of it. */
async function readIfPossible(
  { conf, signal }: CommandContext,
  mariadbAt: readonly string[],
): Promise<Settings | undefined> {
  try {
    return withServerAddresses(await readSettings(conf, signal), mariadbAt);
  } catch (error) {
    if (error instanceof LifeboatError && error.code !== 'usage' && !signal.aborted) return undefined;
    throw error;
  }
}
