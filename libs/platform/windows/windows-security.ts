import { toNamespacedPath } from 'node:path';
import { useBackupPrivileges } from './use-backup-privileges.ts';
import { wideText } from './wide-text.ts';
import { type WindowsFunctions, windowsFunctions } from './windows-functions.ts';

/** Owner, group and access rights (DACL) of files and folders, as Windows writes them down: SDDL. */
export interface WindowsSecurity {
  /** `status` is Windows' own number for why not. A link is followed. */
  read(path: string): { sddl: string } | { status: number };
  /**
   * Sets all of it or none, exactly: nothing is worked out anew for what lies below, and rights that were inherited are
   * marked so as before. 0: done; else Windows' own number for why not.
   */
  write(path: string, sddl: string): number;
}

/** SE_FILE_OBJECT. */
const FILE = 1;
/** OWNER, GROUP and DACL_SECURITY_INFORMATION. */
const ALL = 7;
/** SDDL_REVISION_1. */
const REVISION = 1;

/**
 * Undefined but on Windows. From the first call on this program reads, and gives away, what its account may by the
 * privileges of a backup, where the account has them (SYSTEM and Administrators do).
 */
export async function windowsSecurity(): Promise<WindowsSecurity | undefined> {
  if (process.platform !== 'win32') return undefined;
  const windows = await windowsFunctions();
  useBackupPrivileges(windows);
  return { read: (path) => read(windows, path), write: (path, sddl) => write(windows, path, sddl) };
}

function read(windows: WindowsFunctions, path: string): { sddl: string } | { status: number } {
  const descriptor = Buffer.alloc(8);
  const name = wideText(toNamespacedPath(path));
  const status = windows.GetNamedSecurityInfoW(name, FILE, ALL, null, null, null, null, descriptor);
  if (status !== 0) return { status };
  const address = descriptor.readBigUInt64LE();
  const text = Buffer.alloc(8);
  const { ConvertSecurityDescriptorToStringSecurityDescriptorW: toText, GetLastError, LocalFree } = windows;
  const failure = toText(address, REVISION, ALL, text, null) === 0 ? GetLastError() : undefined;
  LocalFree(address);
  return failure === undefined ? { sddl: windows.takeText(text.readBigUInt64LE()) } : { status: failure };
}

function write(windows: WindowsFunctions, path: string, sddl: string): number {
  const descriptor = Buffer.alloc(8);
  const { ConvertStringSecurityDescriptorToSecurityDescriptorW: fromText, GetLastError, LocalFree } = windows;
  if (fromText(wideText(keepingInherited(sddl)), REVISION, descriptor, null) === 0) return GetLastError();
  const address = descriptor.readBigUInt64LE();
  const name = wideText(toNamespacedPath(path));
  const status = windows.SetFileSecurityW(name, ALL, address) === 0 ? GetLastError() : 0;
  LocalFree(address);
  return status;
}

/** Windows takes the mark that rights were inherited (AI) only together with the request for it (AR), which it does not keep. */
function keepingInherited(sddl: string): string {
  return sddl.replace(/D:(P?)AI/, 'D:$1ARAI');
}
