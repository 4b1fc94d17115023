import { toNamespacedPath } from 'node:path';
import { wideText } from './wide-text.ts';

/** What a link was made as: each kind can be made again as that kind only. */
export type WindowsLink = 'junction' | 'folder' | 'file';

/** Size of WIN32_FIND_DATAW, and where in it the tag of a reparse point stands. */
const FIND_DATA = 592;
const TAG_AT = 36;
const MOUNT_POINT = 0xa0000003;
const FOLDER = 0x10;
const INVALID_HANDLE = 0xffff_ffff_ffff_ffffn;

/** Tells of a link what kind it is, without following it; undefined for what cannot be looked at. Undefined itself but on Windows. */
export async function windowsLink(): Promise<((path: string) => WindowsLink | undefined) | undefined> {
  if (process.platform !== 'win32') return undefined;
  const { windowsFunctions } = await import('./windows-functions.ts');
  const { FindFirstFileW, FindClose } = windowsFunctions;
  return (path) => {
    const found = Buffer.alloc(FIND_DATA);
    const handle = FindFirstFileW(wideText(toNamespacedPath(path)), found);
    if (BigInt.asUintN(64, handle) === INVALID_HANDLE) return undefined;
    FindClose(handle);
    if (found.readUInt32LE(TAG_AT) === MOUNT_POINT) return 'junction';
    return (found.readUInt32LE(0) & FOLDER) === 0 ? 'file' : 'folder';
  };
}
