import type { SwitchRecord } from '../../../restore-target.ts';
import type { RecordedState } from './parse-switch-state.ts';
import { accountsHash } from './state-file.ts';
import type { SwitchState } from './switch-state.ts';

/** What the restore log keeps of a state: all of it but what makes accounts, which stands in a private file. */
export function toRecord(state: SwitchState): SwitchRecord {
  const recorded: RecordedState = {
    ...state,
    replacedAccounts: state.replacedAccounts.map(({ name, isRole }) => ({ name, isRole })),
    accountsSha256: accountsHash(state),
  };
  return { target: `mariadb/${state.server}`, engine: 'mariadb', state: recorded };
}
