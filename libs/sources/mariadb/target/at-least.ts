import type { Connection } from '../connect.ts';

/** Whether a server is of this version or a newer one. */
export function atLeast(version: Connection['version'], major: number, minor: number): boolean {
  return version[0] > major || (version[0] === major && version[1] >= minor);
}
