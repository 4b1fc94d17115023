import type { SwitchRecord } from '../../../restore-target.ts';
import { loginsHash } from './logins-file.ts';
import type { RecordedState } from './parse-switch-state.ts';
import type { SwitchState } from './switch-state.ts';

/** What the restore log keeps of a state: all of it but what makes logins, which stands in a private file. */
export function toRecord(state: SwitchState): SwitchRecord {
  const recorded: RecordedState = {
    ...state,
    removedLogins: state.removedLogins.map(({ name }) => ({ name })),
    loginsSha256: loginsHash(state),
  };
  return { target: `mssql/${state.server}`, engine: 'mssql', state: recorded };
}
