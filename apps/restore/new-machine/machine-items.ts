import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { MachineFacts } from '#archive/machine-facts.ts';
import { readMachine } from '#machine/read-machine.ts';
import { systemErrorCode } from '#platform/errors.ts';
import type { ChecklistParts } from './checklist-parts.ts';

/** Where packages and administrators put the unit of the backup service. */
const SERVICE = [
  'etc/systemd/system/lifeboat.service',
  'usr/lib/systemd/system/lifeboat.service',
  'lib/systemd/system/lifeboat.service',
];

/** What was around the system on the old machine and is not around it here. */
export async function machineItems(parts: ChecklistParts, signal: AbortSignal): Promise<string[]> {
  const { manifest, settings, zone, at = '/' } = parts;
  const mentions = [settings.system.root, settings.file];
  const here = await readMachine({ mentions, zone, at }, signal);
  const { machine, program, host } = manifest;
  const before =
    machine === undefined
      ? [
          `the archive (${program.name} ${program.version}) tells nothing of the services, timers, certificates and firewall rules of ${host}: look there`,
        ]
      : await compare(machine, here, at);
  return [...before, ...hostItems(host), ...(await serviceItems(at))];
}

async function compare(was: MachineFacts, here: MachineFacts, at: string): Promise<string[]> {
  const items: string[] = [];
  if (was.os !== here.os)
    items.push(`the old machine ran ${was.os}, this one ${here.os}: check what the system needs installed`);
  if (was.timeZone !== here.timeZone) {
    items.push(
      `the time zone was ${was.timeZone}, here it is ${here.timeZone}: schedules and times shift (timedatectl set-timezone)`,
    );
  }
  for (const path of was.mentions) {
    if (here.mentions.includes(path)) continue;
    const there = await exists(join(at, path));
    items.push(`${path} named the system on the old machine and ${there ? 'does not here' : 'is not here'}`);
  }
  for (const path of was.certificates) {
    if (!here.certificates.includes(path)) {
      items.push(
        `the certificate ${path} was in the old machine's own store and is not here (update-ca-certificates)`,
      );
    }
  }
  const rules = was.firewall.filter((path) => !here.firewall.includes(path));
  if (rules.length > 0)
    items.push(
      `firewall rules of the old machine stood in ${rules.join(', ')}, which ${rules.length === 1 ? 'is' : 'are'} not here`,
    );
  return items;
}

function hostItems(host: string): string[] {
  if (host === hostname()) return [];
  return [
    `the machine was called ${host}, this one is ${hostname()}: certificates, licences and clients may know the old name`,
    `both machines now have one system id: switch the backups of ${host} off if it still runs`,
  ];
}

async function serviceItems(at: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  for (const path of SERVICE) if (await exists(join(at, path))) return [];
  return ['the lifeboat service is not installed here: without it there are no backups of this machine'];
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
