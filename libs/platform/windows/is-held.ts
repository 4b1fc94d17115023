import { toNamespacedPath } from 'node:path';
import { wideText } from './wide-text.ts';

/** winnt.h and fileapi.h: the right to rename or delete; every kind of sharing; a folder and no file. */
const DELETE = 0x0001_0000;
const SHARE_ALL = 0x7;
const OPEN_EXISTING = 3;
const BACKUP_SEMANTICS = 0x0200_0000;
const INVALID_HANDLE = 0xffff_ffff_ffff_ffffn;
const SHARING_VIOLATION = 32;

/**
 * True for a folder that Windows does not let anybody rename now, since a program has it open: a service whose working
 * folder it is, a shell that looks at it. False on other systems, which rename it all the same, and where nothing is.
 */
export async function isHeld(folder: string): Promise<boolean> {
  if (process.platform !== 'win32') return false;
  const { windowsFunctions: windows } = await import('./windows-functions.ts');
  const handle = windows.CreateFileW(
    wideText(toNamespacedPath(folder)),
    DELETE,
    SHARE_ALL,
    null,
    OPEN_EXISTING,
    BACKUP_SEMANTICS,
    null,
  );
  if (handle === INVALID_HANDLE) return windows.GetLastError() === SHARING_VIOLATION;
  windows.CloseHandle(handle);
  return false;
}
