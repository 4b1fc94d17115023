import { wideText } from './wide-text.ts';
import type { WindowsFunctions } from './windows-functions.ts';

/** TOKEN_ADJUST_PRIVILEGES and TOKEN_QUERY. */
const ADJUST_AND_QUERY = 0x28;
/** SE_PRIVILEGE_ENABLED. */
const ENABLED = 2;

/**
 * Switches on what an account may have and no program has by itself: to read whatever the rights say, and to give what is
 * restored to others. An account without them goes on without, and what it then cannot read or set is told of there.
 */
export function useBackupPrivileges(windows: WindowsFunctions): void {
  const { OpenProcessToken, GetCurrentProcess, LookupPrivilegeValueW, AdjustTokenPrivileges, CloseHandle } =
    windows;
  const held = Buffer.alloc(8);
  if (OpenProcessToken(GetCurrentProcess(), ADJUST_AND_QUERY, held) === 0) return;
  const token = held.readBigUInt64LE();
  for (const name of ['SeBackupPrivilege', 'SeRestorePrivilege']) {
    // TOKEN_PRIVILEGES with one entry: count (4 bytes), the privilege's number (8), what it is to be (4).
    const wanted = Buffer.alloc(16);
    wanted.writeUInt32LE(1, 0);
    wanted.writeUInt32LE(ENABLED, 12);
    if (LookupPrivilegeValueW(null, wideText(name), wanted.subarray(4, 12)) === 0) continue;
    AdjustTokenPrivileges(token, 0, wanted, 0, null, null);
  }
  CloseHandle(token);
}
