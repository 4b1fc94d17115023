import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { DebianChroot } from './debian-chroot.ts';

export interface UnitService extends AsyncDisposable {
  /** Of its page. */
  readonly url: string;
  /** Stops it as systemd would; resolves with its exit status. */
  stop(): Promise<number | null>;
}

const UNIT = 'lifeboat.service';

/**
 * Starts the installed lifeboat.service as systemd would, which does not run in a chroot: in a cgroup of the unit's
 * name, by its user, with its capability and nothing else, under its umask, with the folders read-only that
 * ProtectSystem and ProtectHome name and those writable that ReadWritePaths names. What the unit says is read from
 * it. Filters of system calls and the rest of the hardening are not there.
 */
export async function startAsUnit(debian: DebianChroot): Promise<UnitService> {
  const cgroup = await unitCgroup();
  const script = await unitScript(debian, cgroup);
  const child = debian.start(['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', script]);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const died = once(child, 'exit').then(([status]) => {
    throw new Error(`the service ended with ${status}\n${said}`);
  });
  died.catch(() => undefined);
  const [line] = await Promise.race([once(child.stdout!, 'data'), died]);
  const url = /http:\S+/.exec(String(line))?.[0];
  if (url === undefined) throw new Error(`no address in ${line}`);
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rmdir(cgroup).catch(() => undefined);
    return child.exitCode;
  };
  return {
    url,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

async function unitScript(debian: DebianChroot, cgroup: string): Promise<string> {
  const unit = await readFile(debian.outside(`/usr/lib/systemd/system/${UNIT}`), 'utf8');
  const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
  expect([value('ProtectSystem'), value('ProtectHome')]).toEqual(['full', 'read-only']);
  const shut = ['/usr', '/boot', '/etc', '/home', '/root'].filter((path) => existsSync(debian.outside(path)));
  const open = value('ReadWritePaths').split(' ');
  const capability = value('AmbientCapabilities').replace('CAP_', '').toLowerCase();
  const only = `-all,+${capability}`;
  const as = ['--reuid', value('User'), '--regid', value('Group'), '--init-groups', '--no-new-privs'];
  const rights = ['--inh-caps', only, '--ambient-caps', only, '--bounding-set', only];
  return [
    `echo $$ > '${cgroup}/cgroup.procs'`,
    `umask ${value('UMask')}`,
    ...shut.flatMap((path) => view(debian.outside(path), 'ro')),
    ...open.flatMap((path) => view(debian.outside(path), 'rw')),
    `exec chroot '${debian.outside('/')}' setpriv ${[...as, ...rights].join(' ')} ${value('ExecStart')} --port 0`,
  ].join('\n');
}

function view(path: string, how: 'ro' | 'rw'): string[] {
  return [`mount --bind '${path}' '${path}'`, `mount -o remount,bind,${how} '${path}'`];
}

async function unitCgroup(): Promise<string> {
  const top = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup'].find(existsSync) as string;
  const cgroup = join(top, 'system.slice', UNIT);
  await mkdir(cgroup, { recursive: true });
  return cgroup;
}
