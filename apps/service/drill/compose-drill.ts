import { hostname } from 'node:os';
import { openArchive } from '#archive/open-archive.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { chooseArchive } from '#drill/choose-archive.ts';
import type { ChosenArchive, DrillParts } from '#drill/drill-parts.ts';
import type { Clock } from '#platform/clock.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import type { OnProgress } from '#platform/progress.ts';
import { findArchive } from '../archives/find-archive.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { composeScratch } from './compose-scratch.ts';
import { scratchFolder } from './scratch-folder.ts';

/** A system's drill from its settings. `wanted` names an archive or its number; without it the newest good one. */
export function composeDrill(
  system: ComposedSystem,
  wanted: string | undefined,
  { clock, onProgress }: { clock: Clock; onProgress: OnProgress },
): DrillParts {
  const { settings, state, id } = system;
  const { timeLimit, leaveFree, ioLimit, keepReports } = settings.drill;
  return {
    system: { id, name: settings.system.name },
    host: hostname(),
    program: `lifeboat ${PROGRAM_VERSION}`,
    choose: (signal) => choose(system, wanted, signal),
    ...composeScratch(settings),
    canaries: settings.canaries,
    folder: () => scratchFolder(settings, state),
    limits: { timeMs: timeLimit * 60_000, leaveFree, ioLimit, keepReports },
    stateFolder: state,
    clock,
    onProgress,
  };
}

async function choose(
  { destination, id }: ComposedSystem,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<ChosenArchive> {
  const entries = await listArchives(destination, signal);
  const { name, bytes } =
    wanted === undefined
      ? await chooseArchive(entries, destination, id)
      : findArchive(entries, wanted, { id, destination }).file;
  return { name, bytes, open: async () => await openArchive(await destination.open(name), signal) };
}
