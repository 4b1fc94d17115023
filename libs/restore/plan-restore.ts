import type { Manifest } from '#archive/manifest.ts';
import type { ErrorCode } from '#platform/errors.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import type { VersionRange } from '#versions/parse-range.ts';
import { judgeSpace } from './judge-space.ts';
import { judgeVersion } from './judge-version.ts';
import { OWN_CONF, type PlannedMigration, planMigration } from './plan-migration.ts';
import { type SummedSpace, sumSpace } from './sum-space.ts';

/** What is known of the system that the archive is to be restored to; nothing of it comes from the archive. */
export interface InstalledSystem {
  /** Undefined where there is no readable sysbackup.conf. */
  id: string | undefined;
  name: string | undefined;
  version: InstalledVersion;
  /** LB-05: what the installed conf says of older versions; undefined where there is none. */
  versions?: InstalledVersions | undefined;
}

export interface InstalledVersions {
  restores: readonly VersionRange[];
  migrate: { command: string[]; changes: readonly string[] | undefined } | undefined;
}

/** `typed`: a person gave it because it could not be read; journaled as such. */
export type InstalledVersion = { how: 'read' | 'typed'; version: string } | { how: 'unknown'; why: string };

/** Something that needs a person's word of its own, beyond the yes to the plan. */
export interface Agreement {
  key: AgreementKey;
  message: string;
}

export type AgreementKey = 'other-machine' | 'incomplete' | 'archive-profile' | 'in-place';

export interface Refusal {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** What a restore would do, as a value: shown, agreed to, then done exactly so. */
export interface RestorePlan {
  archive: { name: string; number: number; takenAt: string; version: string; state: Manifest['state'] };
  system: { id: string; name: string };
  /** The id in the installed conf, if there is one; it differs from the archive's on another machine. */
  installedId: string | undefined;
  version: InstalledVersion;
  /** LB-05: set where the archive is of an older version that the installed one can restore. */
  migration?: PlannedMigration | undefined;
  steps: PlannedComponent[];
  /** Components of the archive that stay as they are on the system, and why. */
  left: { id: string; why: string }[];
  /** Places on one file system as one entry with the sum. */
  space: SummedSpace[];
  /** Set if it does not fit beside what is live, which therefore goes first. */
  inPlace?: { safety: string } | undefined;
  /** There is no room beside what is live, but if it went first. */
  fitsInPlace?: true;
  warnings: Finding[];
  agreements: Agreement[];
  /** Not empty: the restore does not go on, whatever is agreed. */
  refusals: Refusal[];
}

export interface PlannedComponent {
  id: string;
  kind: ComponentRecord['kind'];
  bytes: number;
  place: string;
  now: string;
}

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

/** Why a component stays as it is that nobody asked for. */
export const NOT_CHOSEN = 'not chosen';

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
