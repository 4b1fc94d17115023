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
  const { call, lastError, close } = await bindings();
  const failed = (what: string): LifeboatError => {
    const number = lastError();
    const reason = REASONS[number] ?? `Windows error ${number}`;
    return new LifeboatError('state-unusable', `cannot ${what} the service "${name}": ${reason}`, {
      hint: 'run as an administrator, or take it out of "services" in [system] of sysbackup.conf',
    });
  };
  const control = call.OpenSCManagerW(null, null, RIGHTS.connect);
  if (control === 0n) throw failed('reach');
  const service = call.OpenServiceW(control, wideText(name), RIGHTS.queryConfig | RIGHTS.changeConfig);
  const missing = service === 0n && lastError() === NO_SUCH_SERVICE;
  const error = service === 0n ? failed('open') : undefined;
  call.CloseServiceHandle(control);
  if (missing) return undefined;
  if (error !== undefined) throw error;
  return {
    startType() {
      const config = Buffer.alloc(CONFIG_BYTES);
      const ok = call.QueryServiceConfigW(service, config, config.length, Buffer.alloc(4));
      if (ok === 0) throw failed('read');
      return config.readUInt32LE(START_TYPE_OFFSET);
    },
    setStartType(startType) {
      const same = [null, null, null, null, null, null, null] as const;
      if (call.ChangeServiceConfigW(service, NO_CHANGE, startType, NO_CHANGE, ...same) === 0)
        throw failed('change');
    },
    [Symbol.dispose]() {
      call.CloseServiceHandle(service);
      close();
    },
  };
}

/** Loaded here and not at the start: node:ffi is for Windows alone. */
async function bindings() {
  const { dlopen } = await import('node:ffi');
  const advapi = dlopen('advapi32.dll', {
    OpenSCManagerW: { return: 'pointer', arguments: ['pointer', 'pointer', 'u32'] },
    OpenServiceW: { return: 'pointer', arguments: ['pointer', 'pointer', 'u32'] },
    CloseServiceHandle: { return: 'i32', arguments: ['pointer'] },
    QueryServiceConfigW: { return: 'i32', arguments: ['pointer', 'pointer', 'u32', 'pointer'] },
    ChangeServiceConfigW: {
      return: 'i32',
      arguments: ['pointer', 'u32', 'u32', 'u32', ...Array<'pointer'>(7).fill('pointer')],
    },
  });
  const kernel = dlopen('kernel32.dll', { GetLastError: { return: 'u32', arguments: [] } });
  return {
    call: advapi.functions,
    lastError: () => kernel.functions.GetLastError(),
    close() {
      advapi.lib.close();
      kernel.lib.close();
    },
  };
}
