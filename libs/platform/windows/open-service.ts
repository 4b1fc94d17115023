import { LifeboatError } from '../errors.ts';
import { wideText } from './wide-text.ts';

/** A service of Windows, by its key name, not the one that is displayed. */
export interface WindowsService extends Disposable {
  /** As winsvc.h has them: 2 automatic, 3 on demand, 4 disabled. */
  startType(): number;
  setStartType(startType: number): void;
}

/** Start type of a service that nobody and nothing can start. */
export const DISABLED = 4;

const RIGHTS = { connect: 0x1, queryConfig: 0x1, changeConfig: 0x2 };
const NO_CHANGE = 0xffff_ffff;
/** Enough for any QUERY_SERVICE_CONFIGW, whose greatest size is 8 KiB. */
const CONFIG_BYTES = 8192;
const START_TYPE_OFFSET = 4;
const NO_SUCH_SERVICE = 1060;
const REASONS: Readonly<Record<number, string>> = {
  5: 'access is denied',
  1072: 'it is marked for deletion',
};

/**
 * Opens a service by the functions of advapi32.dll; reg.exe would not be heeded before the next boot, and the words of
 * sc.exe are in the language of the machine. Undefined if there is no such service; throws `state-unusable` with
 * Windows' reason.
 */
export async function openService(name: string): Promise<WindowsService | undefined> {
  const { windowsFunctions: windows } = await import('./windows-functions.ts');
  const failed = (what: string): LifeboatError => {
    const number = windows.GetLastError();
    const reason = REASONS[number] ?? `Windows error ${number}`;
    return new LifeboatError('state-unusable', `cannot ${what} the service "${name}": ${reason}`, {
      hint: 'run as an administrator, or take it out of "services" in [system] of sysbackup.conf',
    });
  };
  const control = windows.OpenSCManagerW(null, null, RIGHTS.connect);
  if (control === 0n) throw failed('reach');
  const service = windows.OpenServiceW(control, wideText(name), RIGHTS.queryConfig | RIGHTS.changeConfig);
  const missing = service === 0n && windows.GetLastError() === NO_SUCH_SERVICE;
  const error = service === 0n ? failed('open') : undefined;
  windows.CloseServiceHandle(control);
  if (missing) return undefined;
  if (error !== undefined) throw error;
  return {
    startType() {
      const config = Buffer.alloc(CONFIG_BYTES);
      const ok = windows.QueryServiceConfigW(service, config, config.length, Buffer.alloc(4));
      if (ok === 0) throw failed('read');
      return config.readUInt32LE(START_TYPE_OFFSET);
    },
    setStartType(startType) {
      const same = [null, null, null, null, null, null, null] as const;
      if (windows.ChangeServiceConfigW(service, NO_CHANGE, startType, NO_CHANGE, ...same) === 0)
        throw failed('change');
    },
    [Symbol.dispose]() {
      windows.CloseServiceHandle(service);
    },
  };
}
