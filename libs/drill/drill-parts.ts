import type { ArchiveReader } from '#archive/archive.ts';
import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ScratchTarget } from '#sources/scratch/scratch-target.ts';
import type { ComponentRecord } from '#sources/source.ts';

/** Everything that a drill needs. */
export interface DrillParts {
  system: { id: string; name: string };
  host: string;
  program: string;
  /** The archive to try. Throws `archive-missing`. */
  choose(signal: AbortSignal): Promise<ChosenArchive>;
  /** Places for components: of the drill's own folder, or of a server that the conf names. */
  scratch(components: readonly ComponentRecord[], archive: ArchiveReader, folder: string): ScratchPlaces;
  /** Drops those of these databases that are there, on a server of the conf, and resolves with their names. */
  dropDatabases(server: string, names: readonly string[], signal: AbortSignal): Promise<string[]>;
  canaries: readonly Canary[];
  /** An existing folder, outside all that is live; the drill makes one of its own in it. Throws `target-unsuitable`. */
  folder(): Promise<string>;
  limits: {
    timeMs: number;
    /** Bytes that stay free on every disk. */
    leaveFree: number;
    /** Bytes a second; undefined means no limit. */
    ioLimit: number | undefined;
    keepReports: number;
  };
  stateFolder: string;
  clock: Clock;
  onProgress: OnProgress;
}

export interface ChosenArchive {
  name: string;
  bytes: number;
  open(): Promise<ArchiveReader>;
}

export interface ScratchPlaces {
  targets: ScratchTarget[];
  /** Components that have no place. */
  left: { id: string; why: string }[];
}

export interface Canary {
  name: string;
  /** Id of the component. */
  of: string;
  query: string;
  wanted: { expect: string } | { atLeast: number };
}
