import { toNamespacedPath } from 'node:path';
import { useBackupPrivileges } from './use-backup-privileges.ts';
import { wideText } from './wide-text.ts';
import type { WindowsFunctions } from './windows-functions.ts';

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

/** OWNER, GROUP and DACL_SECURITY_INFORMATION. */
const ALL = 7;
/** SDDL_REVISION_1. */
const REVISION = 1;
/** ERROR_INSUFFICIENT_BUFFER. */
const TOO_SMALL = 122;
/** Of a descriptor as nearly all are. */
const USUAL_BYTES = 1024;

/**
 * Undefined but on Windows. From the first call on this program reads, and gives away, what its account may by the
 * privileges of a backup, where the account has them (SYSTEM and Administrators do).
 */
export async function windowsSecurity(): Promise<WindowsSecurity | undefined> {
  if (process.platform !== 'win32') return undefined;
  const { windowsFunctions: windows } = await import('./windows-functions.ts');
  useBackupPrivileges(windows);
  return { read: (path) => read(windows, path), write: (path, sddl) => write(windows, path, sddl) };
}

function read(windows: WindowsFunctions, path: string): { sddl: string } | { status: number } {
  const descriptor = descriptorOf(windows, wideText(toNamespacedPath(path)), USUAL_BYTES);
  if (typeof descriptor === 'number') return { status: descriptor };
  const { ConvertSecurityDescriptorToStringSecurityDescriptorW: toText, GetLastError, takeText } = windows;
  const text = Buffer.alloc(8);
  if (toText(descriptor, REVISION, ALL, text, null) === 0) return { status: GetLastError() };
  return { sddl: takeText(text.readBigUInt64LE()) };
}

/** As it lies on the disk: the functions that show it to a person make it conform with the folder above. A number: why not. */
function descriptorOf(windows: WindowsFunctions, name: Buffer, bytes: number): Buffer | number {
  const descriptor = Buffer.alloc(bytes);
  const needed = Buffer.alloc(4);
  if (windows.GetFileSecurityW(name, ALL, descriptor, bytes, needed) !== 0) return descriptor;
  const status = windows.GetLastError();
  const more = needed.readUInt32LE();
  return status === TOO_SMALL && more > bytes ? descriptorOf(windows, name, more) : status;
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
