import type { Manifest } from '#archive/manifest.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { MariadbSettings, Settings } from '#settings/settings.ts';

export interface ChecklistParts {
  manifest: Manifest;
  plan: RestorePlan;
  /** The settings that hold on this machine now. */
  settings: Settings;
  environment: NodeJS.ProcessEnv;
  zone: string;
  /** Asks a server of the conf; undefined where it cannot be asked. */
  readServer: ReadServer;
  /** The machine's root, for tests. */
  at?: string;
}

/** What a server tells of itself. */
export interface ServerNow {
  version: string;
  settings: Readonly<Record<string, string>>;
}

export type ReadServer = (section: MariadbSettings, signal: AbortSignal) => Promise<ServerNow>;
