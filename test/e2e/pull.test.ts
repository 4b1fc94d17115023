import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { openTerminal } from '../fakes/terminal.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { bodyOf, signInFirst } from './sign-in.ts';
import { startService, type TestService } from './start-service.ts';

let system: RealSystem;
let service: TestService;
let token: string;

beforeAll(async () => {
  system = await realSystem({ conf: { 'folder big': ['path = big'] } });
  await mkdir(join(system.root, 'big'));
  await writeFile(join(system.root, 'big', 'noise'), noise(3_000_000));
  service = await startService(system);
  const anna = await signInFirst(system, service.url);
  const made = await bodyOf(
    anna.send('POST', 'api/tokens', { name: 'office', role: 'administrator', days: 1 }),
  );
  token = system.folder.file('token');
  await writeFile(token, `${made.secret}\n`, { mode: 0o600 });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
});

afterAll(async () => {
  await service?.stop();
  await system?.[Symbol.asyncDispose]();
});

test('[BT-07] [BT-08] a client fetches what it does not have, whole and checked, and nothing a second time', async () => {
  const to = await emptyFolder('copies');
  const first = await pull(service.url, to);
  expect(first, first.stdout + first.stderr).toMatchObject({ status: 0 });
  expect(first.stdout).toMatch(/^pull done: 2 archives fetched, every hash is right$/m);
  expect(await hashesIn(to)).toEqual(await hashesIn(system.backups));
  expect((await pull(service.url, to)).stdout).toMatch(/^pull done: everything is here already$/m);
  await system.lifeboat('backup');
  expect((await pull(service.url, to)).stdout).toMatch(/^pull done: 1 archive fetched/m);
});

test('[BT-07] it keeps a count of its own', async () => {
  const to = await emptyFolder('one');
  await pull(service.url, to);
  expect(await pull(service.url, to, '--keep', '1')).toMatchObject({ status: 0 });
  expect(await zipsIn(to)).toEqual((await system.archives()).map((path) => basename(path)).slice(-1));
  expect((await pull(service.url, to, '--keep', '1')).stdout).toMatch(/everything is here already/);
});

test('[BT-08] a transfer that is cut off at ten places goes on where it stopped, and never looks complete before', async () => {
  const to = await emptyFolder('cut');
  const cutAfter = 300_000;
  await using cut = await passingProxy(service.url, { cutAfter });
  let rounds = 0;
  for (; rounds < 40; rounds += 1) {
    const { status } = await pull(cut.url, to, '--keep', '1');
    if (status === 0) break;
    expect(status).toBe(ERRORS.incomplete.exit);
    expect(await zipsIn(to), "a part has no archive's name").toEqual([]);
  }
  expect(rounds).toBeGreaterThanOrEqual(10);
  expect(cut.ranges().length).toBeGreaterThanOrEqual(10);
  expect(new Set(cut.ranges()).size, 'each goes on further on').toBe(cut.ranges().length);
  const [name] = await zipsIn(to);
  expect((await hashesIn(to)).get(String(name))).toBe((await hashesIn(system.backups)).get(String(name)));
});

test('[BT-07] two clients at once: each has every archive, whole and checked', async () => {
  const folders = await Promise.all(['left', 'right'].map(emptyFolder));
  await using both = await passingProxy(service.url, { together: 2 });
  const ended = await Promise.all(folders.map((to) => pull(both.url, to)));
  for (const one of ended) expect(one, one.stdout + one.stderr).toMatchObject({ status: 0 });
  for (const to of folders) expect(await hashesIn(to)).toEqual(await hashesIn(system.backups));
});

test('[BT-07] two pulls into one folder: the second is refused in words, and what the first fetches is whole', async () => {
  const to = await emptyFolder('shared');
  const ended = await Promise.all([pull(service.url, to), pull(service.url, to)]);
  const refused = ended.filter(({ status }) => status !== 0);
  for (const one of refused) {
    expect(one.status).toBe(ERRORS['system-locked'].exit);
    expect(one.stderr).toMatch(/another program is fetching archives into/);
  }
  expect(refused.length).toBeLessThan(2);
  expect(await hashesIn(to)).toEqual(await hashesIn(system.backups));
});

test('[BT-08] a server that goes away in the middle of a transfer: said in words, and the next pull goes on', async () => {
  const to = await emptyFolder('went away');
  {
    const { process } = service;
    await using dying = await passingProxy(service.url, {
      cutAfter: 300_000,
      cut: () => void process.kill('SIGKILL'),
    });
    const cut = await pull(dying.url, to, '--keep', '2');
    expect(process.signalCode ?? (await once(process, 'exit')).at(1)).toBe('SIGKILL');
    expect(cut.status, cut.stdout + cut.stderr).toBe(ERRORS.incomplete.exit);
    expect(cut.stdout).toMatch(/not fetched: .*: the transfer broke off/);
  }
  expect(await zipsIn(to)).toEqual([]);
  const lost = await pull(service.url, to, '--keep', '2');
  expect(lost.status).toBe(ERRORS['server-unreachable'].exit);
  service = await startService(system);
  await using back = await passingProxy(service.url);
  const next = await pull(back.url, to, '--keep', '2');
  expect(next.stdout, next.stderr).toMatch(/^pull done: 2 archives fetched, every hash is right$/m);
  expect(back.ranges().filter((range) => /^bytes=[1-9]\d*-$/.test(range))).toHaveLength(1);
  const there = await hashesIn(system.backups);
  for (const [name, hash] of await hashesIn(to)) expect(there.get(name)).toBe(hash);
});

test('[BT-08] a file whose content is another one by now is fetched again', async () => {
  const to = await emptyFolder('slots');
  await pull(service.url, to, '--keep', '1');
  const [name] = (await zipsIn(to)) as [string];
  const note = join(to, '.lifeboat', `${name}.json`);
  const summary = JSON.parse(await readFile(note, 'utf8'));
  await writeFile(note, JSON.stringify({ ...summary, sha256: '0'.repeat(64) }));
  expect((await pull(service.url, to, '--keep', '1')).stdout).toMatch(/^pull done: 1 archive fetched/m);
});

test('[BT-06] a backup asked for from another machine is made there, copied here and checked', async () => {
  const to = await emptyFolder('asked');
  const before = (await system.archives()).length;
  const ended = await system.lifeboat(
    'backup',
    '--server',
    service.url,
    '--token-file',
    token,
    '--copy-to',
    to,
  );
  expect(ended, ended.stdout + ended.stderr).toMatchObject({ status: 0 });
  expect(ended.stdout).toMatch(/^copied to .*\.zip, every hash is right$/m);
  expect(await system.archives()).toHaveLength(before + 1);
  const [name] = await zipsIn(to);
  expect((await hashesIn(to)).get(String(name))).toBe((await hashesIn(system.backups)).get(String(name)));
});

test('[BT-06] after it a person is asked where else to keep a copy, which is checked; where it cannot be, once more', async () => {
  const to = await emptyFolder('before the question');
  const drive = await emptyFolder('drive');
  const main = join(import.meta.dirname, '..', '..', 'apps', 'service', 'main.ts');
  const own = [process.execPath, main, '--conf', system.conf, '--state', system.state];
  const asked = ['backup', '--server', service.url, '--token-file', token, '--copy-to', to];
  const question = 'Another folder to keep a copy in';
  const answered = async (folder: string) => {
    await using terminal = await openTerminal([...own, ...asked], { columns: 160 });
    await terminal.answer(question, folder);
    return await terminal.ended();
  };
  const kept = await answered(drive);
  expect(kept, kept.text).toMatchObject({ status: 0, last: `a further copy lies in ${drive}` });
  const [name] = (await readdir(drive)) as [string];
  expect(await readdir(drive)).toEqual([name]);
  expect((await hashesIn(drive)).get(name)).toBe((await hashesIn(system.backups)).get(name));
  expect((await stat(join(drive, name))).mode & 0o777).toBe(0o600);

  await using terminal = await openTerminal([...own, ...asked], { columns: 160 });
  await terminal.answer(question, join(drive, 'none'));
  await terminal.shows(/drive\/none does not exist/);
  await terminal.press('C-u', 'Enter');
  const without = await terminal.ended();
  expect(without, without.text).toMatchObject({ status: 0 });
  expect(await readdir(drive)).toEqual([name]);
});

test('a server that is gone, a token that is none, a folder that is not there: each in words, nothing left', async () => {
  const to = await emptyFolder('refused');
  const gone = await pull('http://127.0.0.1:9/', to);
  expect(gone.status).toBe(ERRORS['server-unreachable'].exit);
  expect(gone.stderr).toMatch(/cannot be reached/);
  const wrong = system.folder.file('wrong-token');
  await writeFile(wrong, 'lb_no-such-token-0000000000000000\n');
  const refused = await system.lifeboat('pull', '--server', service.url, '--token-file', wrong, '--to', to);
  expect(refused.status).toBe(ERRORS['sign-in-refused'].exit);
  const missing = await pull(service.url, system.folder.file('not there'));
  expect(missing.status).toBe(ERRORS['destination-missing'].exit);
  expect(missing.stderr).toMatch(/the folder for the copies .*not there does not exist\n.* or correct --to;/);
  expect(await readdir(to)).toEqual(['.lifeboat']);
});

function pull(url: string, to: string, ...more: string[]) {
  return system.lifeboat('pull', '--server', url, '--token-file', token, '--to', to, ...more);
}

async function emptyFolder(name: string): Promise<string> {
  const path = system.folder.file(name);
  await mkdir(path);
  return path;
}

async function zipsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();
}

async function hashesIn(folder: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const name of await zipsIn(folder)) {
    const content = await readFile(join(folder, name));
    hashes.set(name, createHash('sha256').update(content).digest('hex'));
  }
  return hashes;
}

/** Bytes that cannot be compressed, the same each time. */
function noise(bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, i) =>
    createHash('sha256').update(String(i)).digest(),
  );
  return Buffer.concat(blocks);
}

interface PassingProxy extends AsyncDisposable {
  readonly url: string;
  /** The Range headers of the downloads that came by. */
  ranges(): string[];
}

interface Passing {
  /** Hangs up after so many bytes of each download. */
  cutAfter?: number;
  cut?: () => void;
  /** No first download goes on before so many have begun. */
  together?: number;
}

/** Stands between a client and the service, and passes everything on that it is not told otherwise. */
async function passingProxy(
  to: string,
  { cutAfter = Number.POSITIVE_INFINITY, cut, together = 1 }: Passing = {},
): Promise<PassingProxy> {
  const ranges: string[] = [];
  const enough = Promise.withResolvers<void>();
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = new Headers();
    for (const name of ['authorization', 'range', 'if-range']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const answer = await fetch(new URL(request.url ?? '', to), { headers });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    const download = request.url?.endsWith('/file') ?? false;
    if (download) {
      if (ranges.push(String(request.headers.range)) >= together) enough.resolve();
      await enough.promise;
    }
    let left = download ? cutAfter : Number.POSITIVE_INFINITY;
    for await (const chunk of answer.body ?? []) {
      const piece = chunk.subarray(0, left);
      await new Promise<void>((resolve) => void response.write(piece, () => resolve()));
      left -= piece.length;
      if (left > 0) continue;
      cut?.();
      response.destroy();
      return;
    }
    response.end();
  };
  // A service that is gone is no answer.
  const server: Server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ranges: () => ranges,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
