import { resolve } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import type { Clock } from '#platform/clock.ts';
import { planRestore } from '#restore/plan/plan-restore.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { TargetWork } from '#restore/restore-parts.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { aroundFindings } from './around-findings.ts';
import { chooseComponents } from './choose-components.ts';
import { commandsBrought } from './commands-brought.ts';
import { type ComposedTargets, composeTargets } from './compose-targets.ts';
import { missingAccounts } from './new-machine/missing-accounts.ts';
import { missingOwners } from './new-machine/missing-owners.ts';
import { readInstalled } from './read-installed.ts';
import type { Profile } from './read-profile.ts';
import { type RestoreRequest, signedInNowhere, trustsArchive } from './request.ts';
import type { TargetPlaces } from './target-places.ts';

/** Dispose drops what was staged by then. */
export interface MadePlan extends AsyncDisposable {
  plan: RestorePlan;
  works: TargetWork[];
  /** The components of the archive that were chosen. */
  chosen: ComponentRecord[];
}

export interface PlanParts {
  archive: ArchiveReader;
  profile: Profile;
  request: RestoreRequest;
  guessed: TargetReport[];
  around: Parameters<typeof aroundFindings>[0];
  clock: Clock;
}

/** Looks at every place that an archive would go to, and plans. Changes nothing. */
export async function makePlan(parts: PlanParts, places: TargetPlaces): Promise<MadePlan> {
  const { archive, profile, request } = parts;
  const { manifest } = archive;
  await using opened = new AsyncDisposableStack();
  const chosen = chooseComponents(manifest.components, request.only);
  // A password is never offered to a server that only the archive names, before that is agreed to.
  const trusted = profile.from === 'installed' || trustsArchive(request, manifest);
  const asked = trusted ? request : signedInNowhere(request);
  const composed = await composeTargets(chosen.taken, archive, profile, asked, places);
  for (const { target } of composed.works) opened.use(target);
  const reports = await lookEverywhere(parts, composed, chosen.taken, places.signal);
  const brought = await commandsBrought(chosen.taken, archive, profile, places.signal);
  const plan = planRestore({
    manifest,
    installed: await readInstalled(profile, request.installedVersion),
    profileFromArchive: profile.from === 'archive',
    toldByArchive: [...composed.placesFromArchive, ...brought],
    reports,
    left: [...chosen.left, ...composed.left],
    inPlace: safetyOf(request, profile),
  });
  const kept = opened.move();
  return {
    plan,
    works: composed.works,
    chosen: chosen.taken,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What each target finds, and what is to be known beside them. */
async function lookEverywhere(
  { archive, guessed, around, clock }: PlanParts,
  { unseen, works }: ComposedTargets,
  taken: readonly ComponentRecord[],
  signal: AbortSignal,
): Promise<TargetReport[]> {
  const reports: TargetReport[] = [...unseen, ...guessed];
  for (const { target } of works) reports.push(await target.inspect(signal));
  const owners = await missingOwners(taken, archive, signal);
  const accounts = await missingAccounts(taken, archive, signal);
  reports.push({ components: [], space: [], findings: [...owners, ...accounts] });
  const findings = await aroundFindings(around, reports, clock);
  return [...reports, { components: [], space: [], findings }];
}

function safetyOf(
  { inPlace, safety }: RestoreRequest,
  { settings }: Profile,
): { safety: string } | undefined {
  return inPlace === undefined ? undefined : { safety: resolve(safety ?? settings.backup.path) };
}
