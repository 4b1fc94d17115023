import type { Manifest } from '#archive/manifest.ts';
import { canRestore } from '#versions/can-restore.ts';
import type { InstalledSystem, Refusal } from './restore-plan.ts';

/** `range`: the archive is of an older version, which the installed conf allows by this range. */
export interface VersionJudgement {
  refusals: Refusal[];
  range: string | undefined;
}

/** BS-22: equal or no restore, both versions named; LB-05: or older, and in a range that the installed conf declares. */
export function judgeVersion(manifest: Manifest, installed: InstalledSystem): VersionJudgement {
  const archived = manifest.system.version;
  const { version, versions } = installed;
  if (version.how === 'unknown') {
    return refused({
      code: 'version-unknown',
      message: `the installed version could not be read (${version.why}); the archive is of version ${archived}`,
      hint: 'find out which version is installed and type it: --installed-version VERSION',
    });
  }
  const answer = canRestore(archived, version.version, versions?.restores ?? []);
  if (answer.as !== 'no') return { refusals: [], range: answer.as === 'older' ? answer.range : undefined };
  return refused({
    code: 'version-differs',
    message: `the archive is of version ${archived}, installed is version ${version.version} (${version.how}); ${answer.why}`,
    hint: `install version ${archived} of the system first, then restore`,
  });
}

function refused(refusal: Refusal): VersionJudgement {
  return { refusals: [refusal], range: undefined };
}
