import { lstat } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import { runCommand } from '#platform/run-command.ts';

/** systemd reads drop-ins when it starts; in between it has to be told. Where it does not run, the next boot reads them. */
export async function reloadUnits(dropIns: readonly string[]): Promise<void> {
  const ofSystemd = dropIns.some((path) => path.startsWith('/etc/systemd/'));
  if (ofSystemd && (await systemdRuns())) {
    await runCommand(['systemctl', 'daemon-reload'], new AbortController().signal);
  }
}

async function systemdRuns(): Promise<boolean> {
  try {
    return (await lstat('/run/systemd/system')).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
