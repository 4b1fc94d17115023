import type { BackupParts } from '#backup/backup-parts.ts';
import type { SecondPlace } from '#backup/second-place.ts';
import type { Destination } from '#destinations/destination.ts';
import type { History } from '#journal/history.ts';
import type { Journal } from '#journal/journal.ts';
import type { RunParts } from '#journal/run-parts.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ConfChange } from '#settings/edit-conf.ts';
import type { UnconfirmedSettings } from '#settings/restored-settings.ts';
import type { Settings } from '#settings/settings.ts';
import type { Source } from '#sources/source.ts';

/** One protected system, its settings turned into parts. */
export interface ComposedSystem {
  settings: Settings;
  id: string;
  state: string;
  /** The service that runs this system's schedule, by the system whose lock it holds: this one, or the one beside its tenants. */
  servedBy: { stateFolder: string; systemId: string; tenant?: string };
  /** Set for a tenant: the service's own system, whose people are told of it where it has no channels of its own. */
  toldThrough?: { settings: Settings; id: string; state: string };
  /** Asked under the lock at the beginning of each run; throws if nothing may be read. */
  walls?: (signal: AbortSignal) => Promise<void>;
  /** Changes settings, all or none, if `accept` takes what they would be; throws as saveSettings. */
  save(
    changes: ConfChange[],
    signal: AbortSignal,
    accept: (settings: Settings) => Promise<void>,
  ): Promise<Settings>;
  journal: Journal;
  history: History;
  /** Where the system's runs are recorded. */
  recording: RunParts;
  destination: Destination;
  /** TN-12: where the newest good archives are kept besides. */
  second: SecondPlace | undefined;
  sources: Source[];
  /** What a restore brought back and nobody has confirmed: until then no archive is removed. */
  unconfirmed: UnconfirmedSettings | undefined;
  /** True: archives of other systems that lie in its folder are not shown, and nothing is done with them. */
  onlyOwn?: boolean;
  backup(onProgress: OnProgress): BackupParts;
}
