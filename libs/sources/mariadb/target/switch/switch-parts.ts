import type { RestoreLog } from '../../../restore-target.ts';
import type { MariadbServer } from '../../connect.ts';
import type { AccountChange } from '../objects/account-changes.ts';
import type { StagedDatabase } from '../staging/stage-objects.ts';
import type { StateFiles } from './state-file.ts';
import type { SwitchState } from './switch-state.ts';

export interface SwitchParts {
  server: MariadbServer;
  databases: readonly StagedDatabase[];
  accounts: readonly AccountChange[];
  state: SwitchState;
  files: StateFiles;
  endSessions: boolean;
  log: RestoreLog;
  /** Told of something a person should know; it stops nothing. */
  note: (text: string) => void;
  /** Called before each step; a test makes it fail there. */
  onStep: (step: SwitchStep) => void | Promise<void>;
  /** How long a server that went away is waited for before the way back is given up, in milliseconds. */
  reconnectMs: number;
}

export const SWITCH_STEPS = [
  'drop-damaged',
  'make-databases',
  'drop-keys',
  'drop-objects',
  'rename',
  'charset',
  'table-definitions',
  'accounts',
  'routines',
  'views',
  'triggers',
  'rights',
  'routine-grants',
  'events',
  'finish',
] as const;

export type SwitchStep = (typeof SWITCH_STEPS)[number];
