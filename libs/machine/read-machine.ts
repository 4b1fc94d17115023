import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineFacts } from '#archive/machine-facts.ts';
import { filesBelow } from './files-below.ts';
import { textIfSmall } from './text-if-small.ts';

/** Where a machine keeps what starts, feeds and guards the programs on it, and what an administrator adds by hand. */
const CONFIGURATION = [
  'etc/systemd/system',
  'etc/init.d',
  'etc/default',
  'etc/cron.d',
  'etc/cron.daily',
  'etc/cron.hourly',
  'etc/cron.weekly',
  'etc/cron.monthly',
  'etc/crontab',
  'var/spool/cron',
  'etc/logrotate.d',
  'etc/nginx',
  'etc/apache2',
  'etc/httpd',
  'etc/apparmor.d/local',
  'etc/sudoers.d',
  'etc/udev/rules.d',
  'etc/security/limits.d',
  'etc/sysctl.d',
  'etc/tmpfiles.d',
  'etc/ld.so.conf.d',
  'etc/profile.d',
  'etc/samba',
  'etc/exports',
  'etc/fstab',
  'etc/rsyslog.d',
  'etc/mysql',
  'etc/my.cnf',
  'etc/my.cnf.d',
];
const CERTIFICATES = ['usr/local/share/ca-certificates', 'etc/pki/ca-trust/source/anchors'];
const FIREWALL = [
  'etc/nftables.conf',
  'etc/iptables',
  'etc/sysconfig/iptables',
  'etc/ufw/user.rules',
  'etc/ufw/user6.rules',
  'etc/firewalld/zones',
];

/**
 * Looks around the system for what no archive of it holds. `mentions`: paths of which one has to stand in a file for it to
 * count. Whatever cannot be read is not there: a backup does not depend on it. Empty on systems without these places.
 * `at` is the machine's root.
 */
export async function readMachine(
  { mentions, zone, at = '/' }: { mentions: readonly string[]; zone: string; at?: string },
  signal: AbortSignal,
): Promise<MachineFacts> {
  const found: string[] = [];
  for (const file of await filesBelow(CONFIGURATION, at, signal)) {
    const text = await textIfSmall(join(at, file));
    if (text !== undefined && mentions.some((path) => namesPath(text, path))) found.push(`/${file}`);
  }
  const absolute = (files: readonly string[]): string[] => files.map((file) => `/${file}`);
  return {
    os: await osName(at),
    timeZone: zone,
    mentions: found.sort(),
    certificates: absolute(await filesBelow(CERTIFICATES, at, signal)).sort(),
    firewall: absolute(await filesBelow(FIREWALL, at, signal)).sort(),
  };
}

/** `/srv/door` stands in `/srv/door/bin/run` but not in `/srv/doors`. */
function namesPath(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    if (!/[\w.-]/.test(text[at + path.length] ?? '')) return true;
  }
  return false;
}

async function osName(at: string): Promise<string> {
  const text = await readFile(join(at, 'etc/os-release'), 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?([^"\n]{1,200})"?$/m.exec(text)?.[1];
  return name ?? `${process.platform} ${process.arch}`;
}
