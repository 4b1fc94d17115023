const SECURITY = {
  GetFileSecurityW: { return: 'i32', arguments: ['pointer', 'u32', 'pointer', 'u32', 'pointer'] },
  SetFileSecurityW: { return: 'i32', arguments: ['pointer', 'u32', 'pointer'] },
  ConvertSecurityDescriptorToStringSecurityDescriptorW: {
    return: 'i32',
    arguments: ['pointer', 'u32', 'u32', 'pointer', 'pointer'],
  },
  ConvertStringSecurityDescriptorToSecurityDescriptorW: {
    return: 'i32',
    arguments: ['pointer', 'u32', 'pointer', 'pointer'],
  },
  ConvertSidToStringSidW: { return: 'i32', arguments: ['pointer', 'pointer'] },
  ConvertStringSidToSidW: { return: 'i32', arguments: ['pointer', 'pointer'] },
  LookupAccountSidW: {
    return: 'i32',
    arguments: ['pointer', 'pointer', 'pointer', 'pointer', 'pointer', 'pointer', 'pointer'],
  },
  OpenProcessToken: { return: 'i32', arguments: ['pointer', 'u32', 'pointer'] },
  GetTokenInformation: { return: 'i32', arguments: ['pointer', 'u32', 'pointer', 'u32', 'pointer'] },
  LookupPrivilegeValueW: { return: 'i32', arguments: ['pointer', 'pointer', 'pointer'] },
  AdjustTokenPrivileges: {
    return: 'i32',
    arguments: ['pointer', 'i32', 'pointer', 'u32', 'pointer', 'pointer'],
  },
  OpenSCManagerW: { return: 'pointer', arguments: ['pointer', 'pointer', 'u32'] },
  OpenServiceW: { return: 'pointer', arguments: ['pointer', 'pointer', 'u32'] },
  CloseServiceHandle: { return: 'i32', arguments: ['pointer'] },
  QueryServiceConfigW: { return: 'i32', arguments: ['pointer', 'pointer', 'u32', 'pointer'] },
  ChangeServiceConfigW: {
    return: 'i32',
    arguments: [
      'pointer',
      'u32',
      'u32',
      'u32',
      'pointer',
      'pointer',
      'pointer',
      'pointer',
      'pointer',
      'pointer',
      'pointer',
    ],
  },
} as const;

const SYSTEM = {
  LocalFree: { return: 'pointer', arguments: ['pointer'] },
  lstrlenW: { return: 'i32', arguments: ['pointer'] },
  GetLastError: { return: 'u32', arguments: [] },
  GetCurrentProcess: { return: 'pointer', arguments: [] },
  CloseHandle: { return: 'i32', arguments: ['pointer'] },
  CreateFileW: {
    return: 'pointer',
    arguments: ['pointer', 'u32', 'u32', 'pointer', 'u32', 'u32', 'pointer'],
  },
  FindFirstFileW: { return: 'pointer', arguments: ['pointer', 'pointer'] },
  FindClose: { return: 'i32', arguments: ['pointer'] },
} as const;

const { dlopen, toBuffer } = process.getBuiltinModule('node:ffi');
const security = dlopen('advapi32.dll', SECURITY).functions;
const system = dlopen('kernel32.dll', SYSTEM).functions;

/**
 * Functions of Windows that Node has none for, called in place. Texts go there by wideText, and a handle or an address is a
 * bigint. Both libraries are among those that Windows itself keeps loaded, so that no file beside the executable can stand in
 * for them. They are opened when this module is loaded, which must be on Windows and by `import()`: once, since what opening
 * takes is not given back.
 */
export const windowsFunctions = { ...security, ...system, takeText };

export type WindowsFunctions = typeof windowsFunctions;

/** Reads the text at an address that Windows gave out, and gives the memory back. */
function takeText(address: bigint): string {
  const text = toBuffer(address, system.lstrlenW(address) * 2).toString('utf16le');
  system.LocalFree(address);
  return text;
}
