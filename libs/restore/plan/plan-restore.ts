import type { Manifest } from '#archive/manifest.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import type { Finding } from '#sources/source.ts';
import { judgeSpace } from './judge-space.ts';
import { judgeVersion } from './judge-version.ts';
import { OWN_CONF, planMigration } from './plan-migration.ts';
import type { Agreement, InstalledSystem, PlannedComponent, Refusal, RestorePlan } from './restore-plan.ts';
import { sumSpace } from './sum-space.ts';

export interface PlanInput {
  manifest: Manifest;
  installed: InstalledSystem;
  /** True if targets were taken from the conf inside the archive, not from an installed one. */
  profileFromArchive: boolean;
  /** Places that only the archive could tell, and commands that it brings, a line each, with the reason. */
  toldByArchive?: readonly string[];
  /** Chosen components that have a target, with the target's report. */
  reports: readonly TargetReport[];
  /** Set if a restore in place was asked for: where its safety archive would go. */
  inPlace?: { safety: string } | undefined;
  /** Components of the archive that were not chosen or have no target. */
  left: { id: string; why: string }[];
}

/** Pure: decides what would be restored where, what needs agreement, and what forbids it. */
export function planRestore(input: PlanInput): RestorePlan {
  const { manifest, installed, reports } = input;
  const findings = reports.flatMap((report) => report.findings);
  const space = sumSpace(reports.flatMap((report) => report.space));
  const steps = reports.flatMap((report) => report.components).map((target) => planned(target, manifest));
  const { range } = judgeVersion(manifest, installed);
  const from = manifest.system.version;
  const migration = range === undefined ? undefined : planMigration(steps, { from, range }, installed);
  const fit = judgeSpace(space, reports, input.inPlace, migration?.command !== undefined);
  return {
    archive: {
      name: manifest.archiveName,
      number: manifest.number,
      takenAt: manifest.takenAt,
      version: manifest.system.version,
      state: manifest.state,
    },
    system: { id: manifest.system.id, name: manifest.system.name },
    installedId: installed.id,
    version: installed.version,
    migration,
    steps,
    left: [...input.left, ...absentComponents(manifest)],
    space,
    inPlace: fit.inPlace,
    ...(fit.fitsInPlace ? { fitsInPlace: true } : {}),
    warnings: [...findings.filter((finding) => finding.level === 'warning'), ...olderConf(steps, range)],
    agreements: [...agreementsFor(input), ...fit.agreements],
    refusals: [
      ...refuseArchive(manifest, installed),
      ...fit.refusals,
      ...findings.filter((finding) => finding.level === 'problem').map(asRefusal),
      ...refuseNothing(reports),
    ],
  };
}

/** What forbids the restore whatever is chosen of the archive: known before anything else is asked. */
export function refuseArchive(manifest: Manifest, installed: InstalledSystem): Refusal[] {
  return [...refuseOtherSystem(manifest, installed), ...judgeVersion(manifest, installed).refusals];
}

function planned(target: TargetReport['components'][number], manifest: Manifest): PlannedComponent {
  const record = manifest.components.find((component) => component.id === target.id);
  if (record === undefined) throw new TypeError(`target ${target.id} is not in the manifest`);
  return { id: target.id, kind: record.kind, bytes: record.bytes, place: target.place, now: target.now };
}

/** It describes the older version: what the installed one's says of ranges and migration would be gone. */
function olderConf(steps: readonly PlannedComponent[], range: string | undefined): Finding[] {
  if (range === undefined || !steps.some(({ id }) => id === OWN_CONF)) return [];
  return [
    {
      level: 'warning',
      message: `${OWN_CONF} of the older version takes the place of the installed one, with its [versions] and all else`,
      hint: 'leave it out with --only, or compare the two afterwards: the installed one is kept',
    },
  ];
}

function absentComponents(manifest: Manifest): RestorePlan['left'] {
  return manifest.components
    .filter((component) => component.state === 'missing')
    .map((component) => ({
      id: component.id,
      why: 'was missing at the backup, the archive does not hold it',
    }));
}

function agreementsFor({
  manifest,
  installed,
  profileFromArchive,
  toldByArchive = [],
}: PlanInput): Agreement[] {
  const agreements: Agreement[] = [];
  if (installed.id !== undefined && installed.id !== manifest.system.id && sameProduct(manifest, installed)) {
    agreements.push({
      key: 'other-machine',
      message: `the archive is of the same product (${manifest.system.name}) on another machine: its system id is ${manifest.system.id}, the one here is ${installed.id}`,
    });
  }
  if (manifest.state === 'incomplete') {
    agreements.push({
      key: 'incomplete',
      message: `the archive is incomplete: ${manifest.reasons.join('; ')}`,
    });
  }
  const told = [
    ...(profileFromArchive
      ? [
          'no installed sysbackup.conf could be read, so places and commands come from the one inside the archive',
        ]
      : []),
    ...toldByArchive,
  ];
  if (told.length > 0) agreements.push({ key: 'archive-profile', message: told.join('; ') });
  return agreements;
}

function sameProduct(manifest: Manifest, installed: InstalledSystem): boolean {
  return installed.name === manifest.system.name;
}

function refuseOtherSystem(manifest: Manifest, installed: InstalledSystem): Refusal[] {
  if (installed.name === undefined || sameProduct(manifest, installed)) return [];
  if (installed.id === manifest.system.id) return [];
  return [
    {
      code: 'archive-other-system',
      message: `the archive is of "${manifest.system.name}", the system here is "${installed.name}"`,
      hint: 'choose an archive of this system, or use extract to look into this one',
    },
  ];
}

function asRefusal(finding: Finding): Refusal {
  return {
    code: finding.code ?? 'target-unsuitable',
    message: finding.message,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
  };
}

function refuseNothing(reports: readonly TargetReport[]): Refusal[] {
  if (reports.some((report) => report.components.length > 0)) return [];
  return [{ code: 'usage', message: 'nothing of the archive was chosen that could be restored here' }];
}
