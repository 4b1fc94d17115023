import { wideText } from './wide-text.ts';
import type { WindowsFunctions } from './windows-functions.ts';

/** Accounts as access rights name them: by SID, `S-1-5-18`, or by SDDL's two letters for a well-known one, `SY`. */
export interface WindowsAccounts {
  /** The account that this program runs as. */
  own(): string | undefined;
  /** `S-1-...` also for two letters; undefined for what is neither. */
  sidOf(account: string): string | undefined;
  /** `NT AUTHORITY\\SYSTEM`, in the language of Windows; undefined for a SID that this machine does not know. */
  nameOf(account: string): string | undefined;
}

/** Undefined but on Windows. */
export async function windowsAccounts(): Promise<WindowsAccounts | undefined> {
  if (process.platform !== 'win32') return undefined;
  const { windowsFunctions: windows } = await import('./windows-functions.ts');
  return {
    own: () => own(windows),
    sidOf: (account) => withSid(windows, account, (sid) => textOf(windows, sid)),
    nameOf: (account) => withSid(windows, account, (sid) => nameOf(windows, sid)),
  };
}

/** TOKEN_QUERY. */
const QUERY = 8;
/** TokenUser: an address of a SID, and the SID, of 68 bytes at most. */
const TOKEN_USER = 1;
const TOKEN_USER_BYTES = 128;

function own(windows: WindowsFunctions): string | undefined {
  const held = Buffer.alloc(8);
  if (windows.OpenProcessToken(windows.GetCurrentProcess(), QUERY, held) === 0) return undefined;
  const token = held.readBigUInt64LE();
  const user = Buffer.alloc(TOKEN_USER_BYTES);
  const found = windows.GetTokenInformation(token, TOKEN_USER, user, user.length, Buffer.alloc(4)) !== 0;
  windows.CloseHandle(token);
  return found ? textOf(windows, user.readBigUInt64LE()) : undefined;
}

function textOf(windows: WindowsFunctions, sid: bigint): string | undefined {
  const text = Buffer.alloc(8);
  if (windows.ConvertSidToStringSidW(sid, text) === 0) return undefined;
  return windows.takeText(text.readBigUInt64LE());
}

function withSid<T>(
  windows: WindowsFunctions,
  account: string,
  ask: (sid: bigint) => T | undefined,
): T | undefined {
  const held = Buffer.alloc(8);
  if (windows.ConvertStringSidToSidW(wideText(account), held) === 0) return undefined;
  const sid = held.readBigUInt64LE();
  const answer = ask(sid);
  windows.LocalFree(sid);
  return answer;
}

/** Names and domains have at most 256 characters. */
const LONGEST_NAME = 257;

function nameOf(windows: WindowsFunctions, sid: bigint): string | undefined {
  const [name, domain] = [roomFor(LONGEST_NAME), roomFor(LONGEST_NAME)];
  const kind = Buffer.alloc(4);
  if (windows.LookupAccountSidW(null, sid, name.text, name.length, domain.text, domain.length, kind) === 0) {
    return undefined;
  }
  return domain.read() === '' ? name.read() : `${domain.read()}\\${name.read()}`;
}

function roomFor(characters: number) {
  const text = Buffer.alloc(characters * 2);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(characters);
  return { text, length, read: () => text.toString('utf16le').split('\0', 1)[0] as string };
}
