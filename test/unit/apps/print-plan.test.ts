import { expect, test } from 'vitest';
import { planRestore } from '#restore/plan/plan-restore.ts';
import { settingsOf } from '#settings/read-settings.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import { printPlan } from '../../../apps/restore/print-plan.ts';
import type { Profile } from '../../../apps/restore/read-profile.ts';
import { plainComponent, plainManifest } from '../../fakes/archive-set.ts';

const ZONE = 'Europe/Berlin';
const LONG = `/srv/${'a-rather-long-folder/'.repeat(6)}end`;

/** A plan of so many folders, and a warning for each text. */
function shown(options: {
  columns: number | undefined;
  folders?: number;
  place?: string;
  name?: string;
  start?: string;
  warnings?: string[];
}): string {
  const ids = Array.from({ length: options.folders ?? 2 }, (_, index) => `folder/part ${index + 1}`);
  const components = ids.map((id) => plainComponent(id, []));
  const place = options.place ?? LONG;
  const report: TargetReport = {
    components: ids.map((id) => ({ id, place: `${place}/${id}`, now: '3 files, 12 kB' })),
    space: ids.map(() => ({ place: '/srv', needed: 1000, free: 9000_000, fileSystem: '8' })),
    findings: (options.warnings ?? []).map((message) => ({ level: 'warning', message })),
  };
  const name = options.name ?? 'Sample';
  const base = plainManifest({ components, extras: [] });
  const plan = planRestore({
    manifest: { ...base, system: { ...base.system, name } },
    installed: { id: base.system.id, name, version: { how: 'read', version: '3.0.0' } },
    profileFromArchive: false,
    reports: [report],
    left: [
      { id: 'folder/x', why: 'not chosen' },
      { id: 'file/y', why: 'not chosen' },
    ],
  });
  const start = options.start === undefined ? '' : `start = ${options.start}\n`;
  const conf = `[system]\nname = Sample\nroot = /srv\nversion = 1\n${start}[folder a]\npath = a\n[backup]\npath = /backups\n`;
  const profile: Profile = { settings: settingsOf(conf, '/etc/sysbackup.conf'), from: 'installed' };
  return printPlan(plan, profile, { zone: ZONE, columns: options.columns });
}

test('at 80 columns every line fits but paths, which stay whole so that they can be copied', () => {
  const warnings = ['a long warning that goes on and on, '.repeat(8)];
  const text = shown({ columns: 80, folders: 60, warnings });
  for (const line of text.split('\n')) if (!line.includes(LONG)) expect(line.length, line).toBeLessThan(80);
  expect(text).toContain(`${LONG}/folder/part`);
  expect(text).toContain('stands for 2026-04-10 23:45:01');
});

test('sixty parts take two or three lines each; what decides stands below them, in few lines', () => {
  const lines = shown({ columns: 80, folders: 60, place: '/srv', warnings: ['look out'] })
    .trimEnd()
    .split('\n');
  const last = lines.findLastIndex((line) => line.includes('part 60'));
  expect(last).toBeLessThan(6 + 60 * 3);
  const decides = lines.slice(last + 1).join('\n');
  expect(decides.split('\n').length).toBeLessThan(20);
  for (const words of [
    'folder/x, file/y: not chosen',
    '/srv: 60 kB needed',
    'look out',
    'in the way:',
    '2.9.8',
  ]) {
    expect(decides).toContain(words);
  }
});

test('in a pipe a line of the plan is one line, however long', () => {
  const warning = 'a long warning that goes on and on, '.repeat(8).trim();
  expect(shown({ columns: undefined, warnings: [warning] }).split('\n')).toContain(`  - ${warning}`);
});

test('no width is too narrow', () => {
  for (const columns of [1, 5, 12, 25, 40]) {
    expect(shown({ columns }).replace(/\s/g, '')).toBe(shown({ columns: undefined }).replace(/\s/g, ''));
  }
});

test('names of an archive draw nothing, and no command can be made to look like another one', () => {
  const text = shown({
    columns: 80,
    name: 'Sam\x1b[2J\u202Eelp',
    place: '/srv/\r\n  - stop: harmless',
    start: '"sh -c" "rm -rf / && true" plain',
  });
  for (const drawing of ['\x1b', '\r', '\u202E']) expect(text).not.toContain(drawing);
  expect(text).toContain('Sam\\u{1b}[2J\\u{202e}elp');
  expect(text).toContain('/srv/\\u{d}\\u{a}');
  expect(text).not.toMatch(/^ {2}- stop/m);
  expect(text).toContain('  - start: "sh -c" "rm -rf / && true" plain\n');
});
