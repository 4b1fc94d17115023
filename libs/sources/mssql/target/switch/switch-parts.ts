import type { RestoreLog } from '../../../restore-target.ts';
import type { LoginObject, MssqlDatabaseDetails } from '../../format.ts';
import type { Patience } from './patience.ts';
import type { SwitchState } from './switch-state.ts';

export interface SwitchParts {
  state: SwitchState;
  /** What the archive says of a component. */
  archived: (component: string) => MssqlDatabaseDetails;
  /** Those to be made. */
  logins: readonly LoginObject[];
  /** Agreed: made logins become members of the server roles they had. */
  globalAccounts: boolean;
  /** Agreed: a live database that is damaged and cannot be renamed is dropped. */
  dropDamaged: boolean;
  /** What the archive says of trust is what was live a moment ago. */
  savedHere: boolean;
  log: RestoreLog;
  note: (text: string) => void;
  patience: Patience;
  /** All that was noted, at any time. */
  notes: readonly string[];
  /** How long a server that went away is waited for, in milliseconds. */
  reconnectMs: number;
}
