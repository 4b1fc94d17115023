import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type DoorSystem, doorSystem, runTool, SYSTEM_NAME } from '../fakes/door-system.ts';
import { smallDisk } from '../fakes/small-disk.ts';
import type { Ended, Terminal } from '../fakes/terminal.ts';

const WHICH = 'Which archive?';
const PARTS = 'Which are to be restored?';
const PASSWORD = 'Password of root';
const CONFIRM = 'now? (y/N)';
const ASROOT = process.getuid?.() === 0;

let system: DoorSystem;

beforeAll(async () => {
  system = await doorSystem();
});
beforeEach(() => system.heal());
afterAll(() => system[Symbol.asyncDispose]());

test('[BS-15] [BS-16] [BS-18] [BS-24] databases dropped, folders deleted: brought back, with one final line', async () => {
  const saved = await system.saved();
  await system.ruin();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer(PARTS, '');
  await wizard.answer(PASSWORD, system.server.password);
  expect(await wizard.asks(CONFIRM)).toContain('(now: absent)');
  expect(await system.saved()).not.toEqual(saved);
  await wizard.press('y', 'Enter');
  const end = await wizard.ended();
  expect(end.last).toMatch(/^restore done after \d+\.\d s: 8 components of door-control-.*-1\.zip are live$/);
  expect(end.status).toBe(0);
  expect(end.text.match(/^restore /gm)).toHaveLength(1);
  expect(await system.saved()).toEqual(saved);
});

test.runIf(ASROOT)(
  '[BS-18] root signs in by the socket that the conf names, without a password',
  async () => {
    const saved = await system.saved();
    await system.ruin();
    await writeFile(system.conf, system.confText({ address: `socket = ${system.server.socket}` }));
    await using wizard = await system.wizard();
    await wizard.answer(WHICH, '');
    await choose(wizard, 'mariadb/main/ac', 'mariadb/main/ta');
    const text = await wizard.asks(CONFIRM);
    expect(text).toContain(`Signed in to MariaDB at ${system.server.socket} as root by its socket`);
    expect(text).not.toContain(PASSWORD);
    await wizard.press('y', 'Enter');
    expect(await wizard.ended()).toMatchObject({ status: 0 });
    expect((await system.saved())['databases']).toEqual(saved['databases']);
  },
);

test('[BS-18] a wrong password is hidden, changes nothing and can be tried again; Ctrl+C leaves', async () => {
  const before = await system.everything();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer(PARTS, '');
  await wizard.answer(PASSWORD, 'Not-The-Password');
  await wizard.shows('refused user "root"');
  await wizard.answer(PASSWORD, 'Nor-This-One');
  await wizard.shows(/refused user .* refused user /);
  expect(await system.everything()).toEqual(before);
  await wizard.answer(PASSWORD, system.server.password);
  await wizard.asks(CONFIRM);
  await wizard.press('C-c');
  const end = await wizard.ended();
  for (const secret of ['Not-The', 'Nor-This', system.server.password])
    expect(end.text).not.toContain(secret);
  left(end);
  expect(await system.everything()).toEqual(before);
});

test('[BS-18] Ctrl+C at the password leaves with a status, and nothing is changed', async () => {
  await system.ruin();
  const before = await system.everything();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer(PARTS, '');
  await wizard.asks(PASSWORD);
  await wizard.type('half a passw');
  await wizard.press('C-c');
  left(await wizard.ended());
  expect(await system.everything()).toEqual(before);
});

test('[BS-21] [BS-24] No changes nothing, and neither does Enter alone', async () => {
  await system.ruin();
  const before = await system.everything();
  for (const no of ['n', '']) {
    await using wizard = await system.wizard();
    await wizard.answer(WHICH, '');
    await wizard.answer(PARTS, '');
    await wizard.answer(PASSWORD, system.server.password);
    await wizard.answer(CONFIRM, no);
    const end = await wizard.ended();
    expect(end.last).toMatch(/^restore skipped .*not confirmed; nothing was changed$/);
    expect(end.status).toBe(ERRORS['not-confirmed'].exit);
    expect(await system.everything()).toEqual(before);
  }
});

test('[BS-17] the list: newest first, incomplete and unreadable ones shown as such', async () => {
  await using extra = await anIncompleteArchive();
  await writeFile(join(system.backups, 'cut off.zip'), (await readFile(system.archive)).subarray(0, 900));
  await using wizard = await system.wizard();
  const rows = (await wizard.asks(WHICH)).split('\n');
  const at = (part: string) => rows.findIndex((row) => row.includes(part));
  expect(at('number 2')).toBeGreaterThan(at('Which archive?'));
  expect(rows[at('number 2')]).toMatch(/^❯ \d{4}-\d\d-\d\d \d\d:\d\d {2}incomplete .*Door Control 2\.9\.8$/);
  expect(at('number 1')).toBe(at('number 2') + 1);
  expect(rows[at('number 1')]).toMatch(/ good .* Door Control 2\.9\.8$/);
  expect(rows.slice(at('cut off.zip')).join(' ')).toMatch(/cut off\.zip \(cannot be read: /);
  expect(at('cut off.zip')).toBeGreaterThan(at('number 1'));
  expect(await wizard.shows('incomplete: ')).toContain(basename(extra.archive));
  await wizard.press('Down', 'Enter');
  expect(await wizard.asks(PARTS)).toContain(`✔ Which archive? ${basename(system.archive)}`);
  await wizard.press('C-c');
  left(await wizard.ended());
  await rm(join(system.backups, 'cut off.zip'));
});

test('[BS-13] [BS-17] any file by its path; a wrong path says so and asks again; a folder is listed', async () => {
  const usb = system.file('usb stick (2)');
  await mkdir(usb);
  await copyFile(system.archive, join(usb, 'Kopie für später.zip'));
  await writeFile(join(usb, 'holiday.zip'), 'no archive');
  await using wizard = await system.wizard();
  await wizard.asks(WHICH);
  await wizard.press('End', 'Down', 'Down', 'Enter');
  const question = 'Path of the archive';
  await wizard.answer(question, join(usb, 'nothing.zip'));
  await wizard.shows(/there is no file .*nothing\.zip/);
  await wizard.press('C-u');
  await wizard.answer(question, join(usb, 'holiday.zip'));
  await wizard.shows(/> .*holiday/);
  await wizard.press('C-u');
  await wizard.answer(question, usb);
  await wizard.shows('holiday.zip (cannot be read');
  await wizard.press('Down', 'Down', 'Enter');
  await wizard.answer(question, join(usb, 'Kopie für später.zip'));
  expect(await wizard.asks(PARTS)).toContain('mariadb/main/ac');
  await wizard.press('C-c');
  left(await wizard.ended());
});

test('[FD-28] contents with sizes and dates; all unchecked does not go on; a single part leaves all others alone', async () => {
  const saved = await system.saved();
  await system.ruin();
  const before = await system.everything();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  const rows = (await wizard.asks(PARTS)).split('\n').filter((row) => row.includes('◉'));
  const shape = /^[❯ ]◉ (\S+) +\d+(\.\d+)? k?B {2}\d+ (tables?|files?|accounts?) +\d{4}-\d\d-\d\d \d\d:\d\d$/;
  expect(rows.map((row) => shape.exec(row)?.[1])).toEqual([
    ...['mariadb/main/ac', 'mariadb/main/ta', 'mariadb/main', 'sqlite/event'],
    ...['folder/cert', 'folder/image', 'file/enckey', 'file/sysbackup.conf'],
  ]);
  await wizard.press('a', 'Enter');
  await wizard.shows('At least one choice must be selected');
  await wizard.press('a', 'Enter');
  expect(await wizard.asks(PASSWORD)).toContain('8 of 8');
  await wizard.press('C-c');
  left(await wizard.ended());

  await using again = await system.wizard();
  await again.answer(WHICH, '');
  await choose(again, 'folder/cert');
  const plan = await again.asks(CONFIRM);
  expect(plan).not.toContain(PASSWORD);
  expect(plan.replace(/\s+/g, ' ')).toContain('folder/image, file/enckey, file/sysbackup.conf: not chosen');
  await again.press('y', 'Enter');
  expect(await again.ended()).toMatchObject({ status: 0 });
  const { restores: _, ...rest } = await system.everything();
  expect(rest).toEqual({
    ...Object.fromEntries(Object.entries(before).filter(([key]) => key !== 'restores')),
    cert: saved['cert'],
    'cert/server.key': saved['cert/server.key'],
    started: true,
  });
});

test('[BS-16] [BS-22] broken conf, no folders, no databases: the conf in the archive, once the name is typed', async () => {
  const saved = await system.saved();
  await system.ruin();
  await rm(system.root, { recursive: true });
  await writeFile(system.conf, 'this is [no conf\nfor anybody = at all\n');
  const before = await system.everything();
  const args = ['--state', system.state];
  const signedIn = await connections();
  const scripted = runRestore([
    ...['--conf', system.conf, ...args, 'apply', system.archive, '--yes', '--installed-version', '2.9.8'],
    ...['--password-file', system.file('password')],
  ]);
  expect(scripted.status).toBe(ERRORS['trust-needed'].exit);
  await using declined = await system.wizard({ args });
  await untilTheName(declined);
  await declined.press('Enter');
  expect(await declined.ended()).toMatchObject({ status: ERRORS['trust-needed'].exit });
  // A server that only the archive names was not spoken to: the one more is this count itself.
  expect(await connections()).toBe(signedIn + 1);
  expect(await system.everything()).toEqual(before);

  await using wizard = await system.wizard({ args });
  const plan = await untilTheName(wizard);
  expect(plan).toContain(`start: touch "${system.file('the system was started')}"`);
  expect(plan.replace(/\s+/g, ' ')).toContain('(now: not looked at yet)');
  await wizard.type('door control');
  await wizard.press('Enter');
  await wizard.shows('that is not the name');
  expect(await system.everything()).toEqual(before);
  await wizard.press('C-u');
  await wizard.answer('type the name of the system', SYSTEM_NAME);
  await wizard.answer(PASSWORD, system.server.password);
  await wizard.answer(CONFIRM, 'y');
  expect(await wizard.ended()).toMatchObject({ status: 0 });
  // The version file is no part of the set: it comes with the product.
  const { VERSION: _, ...inTheSet } = saved;
  expect(await system.saved()).toEqual(inTheSet);
  expect(await journal()).toContain('the installed version 2.9.8 was typed');
});

test('[BS-22] another version: both are named, it does not go on, and nothing is asked any more', async () => {
  await writeFile(join(system.root, 'VERSION'), '3.0.1\n');
  const before = await system.everything();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  const end = await wizard.ended();
  expect(end.last).toContain('the archive is of version 2.9.8, installed is version 3.0.1 (read)');
  expect(end.status).toBe(ERRORS['version-differs'].exit);
  for (const question of [PARTS, PASSWORD]) expect(end.text).not.toContain(question);
  expect(await system.everything()).toEqual(before);
});

test('[BS-22] a version that cannot be read is typed, compared, and journaled as typed', async () => {
  await rm(join(system.root, 'VERSION'));
  const before = await system.everything();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer('Which version of the system is installed here?', '3.0.1');
  const end = await wizard.ended();
  expect(end.last).toContain('the archive is of version 2.9.8, installed is version 3.0.1 (typed)');
  expect(end.status).toBe(ERRORS['version-differs'].exit);
  expect(await journal()).toContain('installed is version 3.0.1 (typed)');
  expect(await system.everything()).toEqual(before);
});

test('an archive of another machine is asked about before the password; No changes nothing', async () => {
  await writeFile(system.conf, system.confText({ id: '0190-new-machine' }));
  const before = await system.everything();
  const question = 'Go on all the same?';
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer(PARTS, '');
  const asked = (await wizard.asks(question)).replace(/\s+/g, ' ');
  for (const id of ['0190-door', '0190-new-machine']) expect(asked).toContain(id);
  expect(asked).not.toContain(PASSWORD);
  await wizard.press('n', 'Enter');
  expect(await wizard.ended()).toMatchObject({ status: ERRORS['archive-other-system'].exit });
  await using again = await system.wizard();
  await again.answer(WHICH, '');
  await again.answer(PARTS, '');
  await again.answer(question, 'y');
  await again.asks(PASSWORD);
  await again.press('C-c');
  left(await again.ended());
  expect(await system.everything()).toEqual(before);
});

test('an incomplete archive is asked about before the password, with what it lacks', async () => {
  await using _archive = await anIncompleteArchive();
  const before = await system.everything();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer(PARTS, '');
  const asked = (await wizard.asks('Go on all the same?')).replace(/\s+/g, ' ');
  expect(asked).toMatch(/the archive is incomplete: .*gone/);
  expect(asked).not.toContain(PASSWORD);
  await wizard.press('n', 'Enter');
  const end = await wizard.ended();
  expect(end.status).toBe(ERRORS['archive-incomplete'].exit);
  expect(end.last).toMatch(/nothing was changed$/);
  expect(await system.everything()).toEqual(before);
});

test('local_infile off: switched on for the restore and off again, or rows go in by INSERT', async () => {
  const saved = await system.saved();
  for (const answer of ['y', 'n']) {
    await system.server.sql(['SET GLOBAL local_infile = 0', 'DELETE FROM ac.door WHERE id > 7']);
    await using wizard = await system.wizard();
    // The first one's old state is kept by then.
    if (answer === 'n') await wizard.answer('What is to be done?', '');
    await wizard.answer(WHICH, '');
    await choose(wizard, 'mariadb/main/ac', 'mariadb/main/ta');
    await wizard.answer(PASSWORD, system.server.password);
    await wizard.answer('Switch it on while rows are loaded', answer);
    const plan = (await wizard.asks(CONFIRM)).replace(/\s+/g, ' ');
    expect(plan.includes('it is switched on while rows are loaded, then off again')).toBe(answer === 'y');
    await wizard.press('y', 'Enter');
    expect(await wizard.ended()).toMatchObject({ status: 0 });
    expect((await system.saved())['databases']).toEqual(saved['databases']);
    expect((await system.everything())['localInfile']).toEqual([{ on: '0' }]);
  }
});

test('sessions in the way and accounts with rights on everything are asked about, and dealt with as agreed', async () => {
  const saved = await system.saved();
  const session = await system.server.connect();
  session.on('error', () => undefined);
  await session.query('START TRANSACTION');
  await session.query('SELECT * FROM ac.door LIMIT 1');
  await system.server.sql('DROP USER boss@localhost');
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await choose(wizard, 'mariadb/main/ac', 'mariadb/main/ta', 'mariadb/main');
  await wizard.answer(PASSWORD, system.server.password);
  await wizard.answer('Sessions use these databases', 'y');
  await wizard.answer('rights on everything?', 'y');
  await wizard.answer(CONFIRM, 'y');
  expect(await wizard.ended()).toMatchObject({ status: 0 });
  expect(await system.saved()).toEqual(saved);
  await expect(session.query('SELECT 1')).rejects.toThrow();
  session.destroy();
});

test('[BS-16] nobody types a password for a server that is not there; it can be started meanwhile', async () => {
  await system.server.kill();
  await using wizard = await system.wizard();
  await wizard.answer(WHICH, '');
  await wizard.answer(PARTS, '');
  expect(await wizard.asks('try again?')).not.toContain(PASSWORD);
  await system.server.restart();
  await wizard.press('Enter');
  await wizard.answer(PASSWORD, system.server.password);
  await wizard.asks(CONFIRM);
  await wizard.press('C-c');
  left(await wizard.ended());

  await writeFile(system.conf, system.confText({ address: 'port = 1' }));
  await using given = await system.wizard();
  await given.answer(WHICH, '');
  await given.answer(PARTS, '');
  await given.answer('try again?', 'n');
  const end = await given.ended();
  expect(end.status).toBe(ERRORS['database-unreachable'].exit);
  expect(end.text).not.toContain(PASSWORD);
});

test.runIf(ASROOT)(
  '[BS-16] where there is no room, a restore in place is offered and takes the name; Enter alone changes nothing',
  async () => {
    await using disk = await smallDisk(system.file('cramped disk'), 5 << 20);
    const big = join(disk.path, 'big');
    await mkdir(big);
    await writeFile(join(big, 'content'), Buffer.alloc(3 << 20, 1));
    const conf = system.file('cramped.conf');
    const backups = system.file('cramped');
    const state = join(backups, 'state');
    await mkdir(backups);
    const head = `[system]\nname = Cramped\nroot = ${disk.path}\nversion = 1\n[folder big]\npath = big\n`;
    await writeFile(conf, `${head}[backup]\npath = ${backups}\nstate = ${state}\n`);
    runTool('service', ['--conf', conf, 'backup']);
    await writeFile(join(big, 'content'), Buffer.alloc(3 << 20, 2));
    for (const name of ['', 'Cramped']) {
      await using wizard = await system.wizard({ conf, columns: 80, rows: 24, args: ['--state', state] });
      await wizard.answer(WHICH, '');
      await wizard.answer(PARTS, '');
      await wizard.answer('To restore in place, type the name of the system', name);
      if (name === '') {
        expect((await wizard.ended()).status).toBe(ERRORS['space-low'].exit);
        expect((await readFile(join(big, 'content')))[0]).toBe(2);
        continue;
      }
      await wizard.answer('Folder for the safety archive', '');
      expect(await wizard.asks(CONFIRM)).toContain('is DELETED before');
      await wizard.press('y', 'Enter');
      expect((await wizard.ended()).last).toMatch(/^restore done .*restored in place$/);
      expect((await readFile(join(big, 'content')))[0]).toBe(1);
    }
  },
);

test('sixty parts with long paths stay readable, and a very narrow terminal breaks nothing', async () => {
  const { conf, state } = await sixtyFolders();
  for (const [columns, rows] of [
    [80, 24],
    [30, 10],
  ] as const) {
    await using wizard = await system.wizard({ conf, columns, rows, args: ['--state', state] });
    await wizard.answer(WHICH, '');
    await wizard.asks(PARTS);
    await wizard.press('Space', ...Array(30).fill('Down'), 'Enter');
    const text = await wizard.asks('now? (y/N)');
    const flat = text.replace(/\s+/g, ' ');
    // Drawn anew at each key, in its place.
    expect(flat.match(/The archive holds these/g)).toHaveLength(1);
    expect(flat).toContain('60 of 61');
    expect(flat).toContain('part - number 1: not chosen');
    for (const number of [2, 30, 60])
      expect(text.replace(/\s/g, '')).toContain(longPath(number).replace(/\s/g, ''));
    const screen = (await wizard.screen()).join(' ').replace(/\s+/g, ' ');
    expect(screen).toContain('needed,');
    expect(flat.match(/needed,/g)).toHaveLength(1);
    await wizard.press('n', 'Enter');
    expect(await wizard.ended()).toMatchObject({ status: ERRORS['not-confirmed'].exit });
  }
});

test('without a terminal the wizard asks nothing and names the commands for scripts', () => {
  const ended = runRestore(['--conf', system.conf]);
  expect(ended.status).toBe(ERRORS.usage.exit);
  expect(ended.stderr).toContain('the wizard needs a terminal');
});

/** Left with Ctrl+C: one final line, a status of its own. */
function left(end: Ended): void {
  expect(end.last).toBe('lifeboat-restore: left before the end; nothing was changed');
  expect(end.status).toBe(ERRORS['not-confirmed'].exit);
}

/** Unchecks all parts and checks these. */
async function choose(wizard: Terminal, ...ids: string[]): Promise<void> {
  const text = await wizard.asks(PARTS);
  const listed = text.split('\n').flatMap((row) => /◉ (\S+)/.exec(row)?.[1] ?? []);
  await wizard.press('a');
  for (const [index, id] of listed.entries()) {
    if (ids.includes(id)) await wizard.press('Space');
    if (index < listed.length - 1) await wizard.press('Down');
  }
  await wizard.press('Enter');
}

async function untilTheName(wizard: Terminal): Promise<string> {
  await wizard.answer('Path of the archive', system.archive);
  await wizard.answer('Which version of the system is installed here?', '2.9.8');
  await wizard.answer(PARTS, '');
  const text = await wizard.asks('type the name of the system');
  expect(text).not.toContain(PASSWORD);
  return text;
}

/** How often anybody has signed in to the server, this time included. */
async function connections(): Promise<number> {
  const [row] = await system.server.sql("SHOW GLOBAL STATUS LIKE 'Connections'");
  return Number(row?.['Value']);
}

async function journal(): Promise<string> {
  const folder = join(system.state, 'logs');
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.join('\n');
}

function runRestore(args: string[]): { status: number | null; stderr: string } {
  const main = join(import.meta.dirname, '..', '..', 'apps', 'restore', 'main.ts');
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', input: '' });
}

/** A newer archive that lacks a folder; removed again at the end. */
async function anIncompleteArchive(): Promise<AsyncDisposable & { archive: string }> {
  const conf = system.file('incomplete.conf');
  await writeFile(conf, system.confText({ more: '[folder gone]\npath = gone\n' }));
  const archive = system.backup(conf);
  return { archive, [Symbol.asyncDispose]: () => rm(archive) };
}

function longPath(number: number): string {
  return system.file(`long/a folder whose name is long (number ${number})/${'deep/'.repeat(8)}end`);
}

async function sixtyFolders(): Promise<{ conf: string; state: string }> {
  const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
  for (const number of numbers) await mkdir(longPath(number), { recursive: true });
  const backups = system.file('long/backups');
  const state = system.file('long/state');
  await mkdir(backups);
  const conf = system.file('long.conf');
  const folders = numbers.map(
    (number) => `[folder a rather long name of a part - number ${number}]\npath = ${longPath(number)}\n`,
  );
  const head = `[system]\nname = Long\nroot = ${system.file('long')}\nversion = 1\n`;
  await writeFile(conf, `${head}${folders.join('')}[backup]\npath = ${backups}\nstate = ${state}\n`);
  runTool('service', ['--conf', conf, 'backup']);
  return { conf, state };
}
