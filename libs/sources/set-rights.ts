import type { WindowsSecurity } from '#platform/windows/windows-security.ts';

/** Sets access rights and reads them back. Undefined: they are as wanted; else why not, for a person. */
export function setRights(security: WindowsSecurity, path: string, sddl: string): string | undefined {
  const status = security.write(path, sddl);
  if (status !== 0) return `Windows error ${status}`;
  const read = security.read(path);
  return 'sddl' in read && read.sddl === sddl ? undefined : 'not kept as they were set';
}
