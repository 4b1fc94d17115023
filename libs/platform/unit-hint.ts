import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from './errors.ts';

/**
 * What to do where the systemd unit of this program keeps it from writing at an existing path, though the rest of
 * the machine can (ProtectSystem, ProtectHome): the line that the unit lacks. Undefined where something else is
 * the reason. `proc` is what Linux says about this program.
 */
export async function unitHint(
  path: string,
  cause: unknown,
  proc = '/proc/self',
): Promise<string | undefined> {
  if (process.platform !== 'linux' || systemErrorCode(cause) !== 'EROFS') return undefined;
  const unit = unitIn(await readFile(join(proc, 'cgroup'), 'utf8'));
  const real = await realpath(path);
  if (unit === undefined || !shutForUs(real, await readFile(join(proc, 'mountinfo'), 'utf8'))) {
    return undefined;
  }
  return `the unit ${unit} keeps it from writing there: run "systemctl edit ${unit}", add [Service] and below it ReadWritePaths=${quoted(real)}, then "systemctl restart ${unit}"`;
}

/** `0::/system.slice/lifeboat.service`, or `1:name=systemd:/...` on older systems. */
function unitIn(cgroup: string): string | undefined {
  return /^\d+:(?:name=systemd)?:.*\/([^/\n]+\.service)$/m.exec(cgroup)?.[1];
}

/**
 * True if the mount that holds the path is read-only while its file system is not: a view made for this program.
 * A disk that was mounted read-only is so in both places.
 */
function shutForUs(path: string, mountinfo: string): boolean {
  let holder = { point: '', shut: false };
  for (const line of mountinfo.split('\n')) {
    const [mount = '', system = ''] = line.split(' - ');
    const [, , , , escaped, options = ''] = mount.split(' ');
    if (escaped === undefined) continue;
    const point = escaped.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
    // Of two on one place the later one is seen.
    if (!isBelow(path, point) || point.length < holder.point.length) continue;
    const superOptions = system.split(' ')[2] ?? '';
    holder = { point, shut: isReadOnly(options) && !isReadOnly(superOptions) };
  }
  return holder.shut;
}

function isBelow(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

function isReadOnly(options: string): boolean {
  return options.split(',').includes('ro');
}

/** As systemd.unit(5) wants it: `%` begins a specifier. */
function quoted(path: string): string {
  return JSON.stringify(path.replaceAll('%', '%%'));
}
