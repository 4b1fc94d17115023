import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A Debian 12 of its own, with nothing in it but what `debootstrap --variant=minbase` puts there. */
export interface DebianChroot extends AsyncDisposable {
  /** Where a path of it lies for the test. */
  outside(path: string): string;
  /** Runs a program in it as root; resolves however it ends. */
  run(...command: string[]): Promise<Ended>;
  /** The same by a shell, and it has to end well; resolves with what it wrote. */
  sh(script: string): Promise<string>;
  /** Starts one that goes on running, by a command of this machine that enters the chroot itself. */
  start(command: readonly string[]): ChildProcess;
}

const repository = join(import.meta.dirname, '..', '..');
const SUITE = 'bookworm';

/**
 * Makes one under the temporary folder. The base system is made once and kept in node_modules/.cache; its packages
 * come from where this machine's apt has its own. Needs root.
 */
export async function debianChroot(): Promise<DebianChroot> {
  const root = await mkdtemp(join(tmpdir(), 'lifeboat-debian-'));
  await using cleanup = new AsyncDisposableStack();
  // Never into what may still be mounted there.
  cleanup.defer(async () => {
    await well('rm', '--recursive', '--force', '--one-file-system', root);
  });
  await well('cp', '--archive', `${await baseSystem()}/.`, root);
  await takeOverApt(root);
  // Nothing starts by itself when a package is installed, as in any chroot.
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  for (const [kind, source, place] of MOUNTS) {
    const goal = join(root, place);
    await mkdir(goal, { recursive: true });
    await well('mount', ...(kind === 'bind' ? ['--bind'] : ['--types', kind]), source, goal);
    cleanup.defer(async () => {
      await well('umount', '--lazy', goal);
    });
  }
  const kept = cleanup.move();
  const enter = (command: readonly string[]): string[] => ['chroot', root, ...command];
  const run = (...command: string[]): Promise<Ended> => ended(start(enter(command)));
  return {
    outside: (path) => join(root, path),
    run,
    sh: (script) => well(...(enter(['sh', '-euc', script]) as [string])),
    start,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const MOUNTS = [
  ['proc', 'proc', 'proc'],
  ['bind', '/dev', 'dev'],
  ['bind', '/dev/pts', 'dev/pts'],
  ['tmpfs', 'tmpfs', 'dev/shm'],
  // A disk of its own, as a product's archives should lie on.
  ['tmpfs', 'tmpfs', 'mnt/usb'],
] as const;

async function baseSystem(): Promise<string> {
  const base = join(repository, 'node_modules/.cache/lifeboat', SUITE);
  if (existsSync(base)) return base;
  await mkdir(dirname(base), { recursive: true });
  const made = await mkdtemp(`${base}-`);
  try {
    await well('debootstrap', '--variant=minbase', '--include=ca-certificates', SUITE, made, mirror());
    await rename(made, base);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
  return base;
}

/** Where apt on this machine has Debian's packages from. */
function mirror(): string {
  const texts = globSync('/etc/apt/{sources.list,sources.list.d/*.{list,sources}}').map((file) =>
    readFileSync(file, 'utf8'),
  );
  const found = /^URIs: (\S+)|^deb (?:\[.*?\] )?(\S+)/m.exec(texts.join('\n'));
  const address = found?.[1] ?? found?.[2];
  if (address === undefined) throw new Error('the apt of this machine names no source of packages');
  return address;
}

/** apt in there reaches what apt on this machine reaches, by the same way. */
async function takeOverApt(root: string): Promise<void> {
  await rm(join(root, 'etc/apt/sources.list'), { force: true });
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  if (existsSync(authorities)) await copyFile(authorities, join(root, authorities));
  await copyFile('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const sources = globSync('/etc/apt/{sources.list,sources.list.d/debian.*}');
  const settings = readdirSync('/etc/apt/apt.conf.d')
    .filter((name) => name.startsWith('99'))
    .map((name) => `/etc/apt/apt.conf.d/${name}`);
  for (const file of [...sources, ...settings]) {
    const folder = dirname(file);
    await mkdir(join(root, folder), { recursive: true });
    await copyFile(file, join(root, folder, basename(file)));
  }
}

function start(command: readonly string[]): ChildProcess {
  const [program, ...args] = command;
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return spawn(program as string, args, {
    cwd: '/',
    env: { PATH: path, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

async function well(...command: readonly [string, ...string[]]): Promise<string> {
  const { status, stdout, stderr } = await ended(start(command));
  if (status === 0) return stdout;
  throw new Error(`${command.join(' ')} ended with ${status}\n${stdout}${stderr}`.slice(-4000));
}
