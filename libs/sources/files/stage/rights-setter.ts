import type { WindowsSecurity } from '#platform/windows/windows-security.ts';
import { setRights } from '../../set-rights.ts';
import { showPath } from '../byte-path.ts';
import type { FileEntry } from '../entries/file-entry.ts';

export interface RefusedRights {
  count: number;
  /** The first of them and why, for a person. */
  first?: string;
}

/** Sets recorded access rights, and counts those that could not be set or that the file system does not keep. */
export function rightsSetter(security: WindowsSecurity | undefined) {
  let refused: RefusedRights = { count: 0 };
  return {
    set(path: Buffer | string, entry: FileEntry): void {
      if (security === undefined || !('sddl' in entry) || entry.sddl === undefined) return;
      const why = setRights(security, path.toString(), entry.sddl);
      if (why === undefined) return;
      const first = refused.first ?? `${showPath(entry.path)}: ${why}`;
      refused = { count: refused.count + 1, first };
    },
    refused: (): RefusedRights => refused,
  };
}
