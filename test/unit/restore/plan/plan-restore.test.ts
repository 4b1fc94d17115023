import { expect, test } from 'vitest';
import type { Manifest } from '#archive/manifest.ts';
import { type PlanInput, planRestore } from '#restore/plan/plan-restore.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import { plainComponent, plainManifest } from '../../../fakes/archive-set.ts';
import { SAME_SYSTEM } from '../../../fakes/restore-parts.ts';

const REPORT: TargetReport = {
  components: [{ id: 'folder/cert', place: '/opt/door/cert', now: '3 files' }],
  space: [{ place: '/opt/door', needed: 100, free: 200 }],
  findings: [],
};

function manifest(changes: Partial<Manifest> = {}): Manifest {
  const components = ['folder/cert', 'folder/log'].map((id) => ({
    ...plainComponent(id, []),
    kind: 'folder' as const,
  }));
  return { ...plainManifest({ components, extras: [] }), ...changes };
}

function plan(changes: Partial<PlanInput> = {}): RestorePlan {
  return planRestore({
    manifest: manifest(),
    installed: SAME_SYSTEM,
    profileFromArchive: false,
    reports: [REPORT],
    left: [],
    ...changes,
  });
}

const withVersion = (version: PlanInput['installed']['version']) =>
  plan({ installed: { ...SAME_SYSTEM, version } });

test('a plan names what goes where and what is there now, what stays, and needs nothing but a yes', () => {
  expect(plan({ left: [{ id: 'folder/log', why: 'not chosen' }] })).toEqual({
    archive: {
      name: 'sample-20260410t214500Z-1.zip',
      number: 1,
      takenAt: '2026-04-10T21:45:01Z',
      version: '2.9.8',
      state: 'good',
    },
    system: { id: '0190-test', name: 'Sample' },
    installedId: '0190-test',
    version: { how: 'read', version: '2.9.8' },
    steps: [{ id: 'folder/cert', kind: 'folder', bytes: 0, place: '/opt/door/cert', now: '3 files' }],
    left: [{ id: 'folder/log', why: 'not chosen' }],
    space: REPORT.space,
    warnings: [],
    agreements: [],
    refusals: [],
  });
});

test('[BS-22] an equal version goes on, whether read or typed', () => {
  expect(withVersion({ how: 'read', version: '2.9.8' }).refusals).toEqual([]);
  expect(withVersion({ how: 'typed', version: '2.9.8' }).refusals).toEqual([]);
});

test.each(['2.9.9', '2.9.7', '2.9.80', '2.9', '2.9.8-beta', '3.0.0', ''])(
  '[BS-22] installed version "%s" against 2.9.8 does not go on, and both are named',
  (version) => {
    for (const how of ['read', 'typed'] as const) {
      expect(withVersion({ how, version }).refusals).toEqual([
        {
          code: 'version-differs',
          message: `the archive is of version 2.9.8, installed is version ${version} (${how}); only an equal version can be restored: no older ones are named by "restores" in [versions]`,
          hint: 'install version 2.9.8 of the system first, then restore',
        },
      ]);
    }
  },
);

test('[BS-22] an installed version that cannot be read is asked for, never guessed', () => {
  expect(withVersion({ how: 'unknown', why: 'no file /opt/door/VERSION' }).refusals).toEqual([
    {
      code: 'version-unknown',
      message:
        'the installed version could not be read (no file /opt/door/VERSION); the archive is of version 2.9.8',
      hint: 'find out which version is installed and type it: --installed-version VERSION',
    },
  ]);
});

test('another product is refused by name; the same product with another id needs agreement', () => {
  const other = plan({ installed: { ...SAME_SYSTEM, id: 'x', name: 'Library' } });
  expect(other.refusals).toMatchObject([
    { code: 'archive-other-system', message: 'the archive is of "Sample", the system here is "Library"' },
  ]);
  const machine = plan({ installed: { ...SAME_SYSTEM, id: 'x' } });
  expect(machine.refusals).toEqual([]);
  expect(machine.agreements).toMatchObject([
    { key: 'other-machine', message: expect.stringMatching(/0190-test.*x$/) },
  ]);
  // The same system under a new name is the same system; without a conf nothing is known to differ.
  expect(plan({ installed: { ...SAME_SYSTEM, name: 'Sample 2' } })).toMatchObject({
    refusals: [],
    agreements: [],
  });
  expect(plan({ installed: { ...SAME_SYSTEM, id: undefined, name: undefined } })).toMatchObject({
    refusals: [],
    agreements: [],
  });
});

test('an incomplete archive and places that come from the archive need agreement', () => {
  const both = plan({
    manifest: manifest({ state: 'incomplete', reasons: ['folder/log is missing: /opt/door/log'] }),
    profileFromArchive: true,
  });
  expect(both.agreements).toEqual([
    { key: 'incomplete', message: 'the archive is incomplete: folder/log is missing: /opt/door/log' },
    { key: 'archive-profile', message: expect.stringContaining('come from the one inside the archive') },
  ]);
  expect(both.refusals).toEqual([]);
});

test('what was missing at the backup stays as it is, and is listed', () => {
  const components = manifest().components.map((component) =>
    component.id === 'folder/log' ? { ...component, state: 'missing' as const } : component,
  );
  expect(plan({ manifest: manifest({ components }) }).left).toEqual([
    { id: 'folder/log', why: 'was missing at the backup, the archive does not hold it' },
  ]);
});

test('[TN-10] too little space is refused with the place, what is needed and what is there', () => {
  const space = [
    { place: '/opt/door', needed: 300, free: 200 },
    { place: '/var/lib/mysql', needed: 300, free: undefined },
    { place: '/srv', needed: 200, free: 200 },
  ];
  expect(plan({ reports: [{ ...REPORT, space }] }).refusals).toMatchObject([
    {
      code: 'space-low',
      message: '/opt/door has 200 bytes free, the restore needs 300 there for the staged copy',
    },
  ]);
});

test('a problem of a target refuses, a warning is shown', () => {
  const findings: TargetReport['findings'] = [
    { level: 'problem', message: 'the folder is a mount point', hint: 'unmount it' },
    { level: 'warning', message: 'an account differs' },
  ];
  const made = plan({ reports: [{ ...REPORT, findings }] });
  expect(made.refusals).toEqual([
    { code: 'target-unsuitable', message: 'the folder is a mount point', hint: 'unmount it' },
  ]);
  expect(made.warnings).toEqual([{ level: 'warning', message: 'an account differs' }]);
});

test('a plan that would restore nothing is refused, and never "completed"', () => {
  expect(plan({ reports: [] }).refusals).toMatchObject([{ code: 'usage' }]);
  expect(plan({ reports: [{ ...REPORT, components: [] }] }).refusals).toMatchObject([{ code: 'usage' }]);
});
