import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebianChroot } from './debian-chroot.ts';

/**
 * Starts the Debian as a machine of its own, with its systemd, which runs a shell script once all services are up
 * and is shut down after it. Resolves with what the script wrote.
 */
export async function bootDebian(debian: DebianChroot, script: string): Promise<string> {
  await debian.sh('apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus >/dev/null 2>&1');
  await writeFile(debian.outside('/root/probe.sh'), script);
  await writeFile(
    debian.outside('/etc/systemd/system/probe.service'),
    `[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sh -eu /root/probe.sh >/root/probe.txt 2>&1; systemctl --no-block poweroff'
[Install]
WantedBy=multi-user.target
`,
  );
  await debian.sh('systemctl enable probe.service >/dev/null 2>&1');
  // Bound to a place of its own, the chroot is without /proc and /dev, which a machine makes for itself.
  const root = await mkdtemp(join(tmpdir(), 'lifeboat-machine-'));
  const start = [
    `mount --bind '${debian.outside('/')}' '${root}'`,
    // This machine's own systemd, if it runs one, is not asked to keep a list of it.
    `exec systemd-nspawn --directory '${root}' --boot --register=no --keep-unit --console=pipe --timezone=off`,
  ].join('\n');
  const machine = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-euc', start], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  const [status] = await once(machine, 'exit');
  await rmdir(root);
  const said = await readFile(debian.outside('/root/probe.txt'), 'utf8').catch(() => 'nothing');
  return `${said}\nthe machine ended with ${status}\n`;
}
