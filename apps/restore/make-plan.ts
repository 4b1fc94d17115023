import { resolve } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import type { Clock } from '#platform/clock.ts';
import { planRestore, type RestorePlan } from '#restore/plan-restore.ts';
import type { TargetWork } from '#restore/run-restore.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { aroundFindings } from './around-findings.ts';
import { chooseComponents } from './choose-components.ts';
import { commandsBrought } from './commands-brought.ts';
import { composeTargets, type TargetPlaces } from './compose-targets.ts';
import { missingAccounts } from './new-machine/missing-accounts.ts';
import { missingOwners } from './new-machine/missing-owners.ts';
import { readInstalled } from './read-installed.ts';
import type { Profile } from './read-profile.ts';
import { type RestoreRequest, signedInNowhere, trustsArchive } from './request.ts';

/** Dispose drops what was staged by then. */
export interface MadePlan extends AsyncDisposable {
  plan: RestorePlan;
  works: TargetWork[];
  /** The components of the archive that were chosen. */
  chosen: ComponentRecord[];
}

/** Looks at every place that an archive would go to, and plans. Changes nothing. */
export async function makePlan(
  parts: {
    archive: ArchiveReader;
    profile: Profile;
    request: RestoreRequest;
    guessed: TargetReport[];
    around: Parameters<typeof aroundFindings>[0];
    clock: Clock;
  },
  places: TargetPlaces,
): Promise<MadePlan> {
  const { archive, profile, request } = parts;
  const { manifest } = archive;
  const { signal } = places;
  await using opened = new AsyncDisposableStack();
  const chosen = chooseComponents(manifest.components, request.only);
  // A password is never offered to a server that only the archive names, before that is agreed to.
  const trusted = profile.from === 'installed' || trustsArchive(request, manifest);
  const composed = await composeTargets(
    chosen.taken,
    archive,
    profile,
    trusted ? request : signedInNowhere(request),
    places,
  );
  const reports: TargetReport[] = [...composed.unseen, ...parts.guessed];
  for (const { target } of composed.works) {
    opened.use(target);
    reports.push(await target.inspect(signal));
  }
  const owners = await missingOwners(chosen.taken, archive, signal);
  const accounts = await missingAccounts(chosen.taken, archive, signal);
  reports.push({ components: [], space: [], findings: [...owners, ...accounts] });
  const findings = await aroundFindings(parts.around, reports, parts.clock);
  reports.push({ components: [], space: [], findings });
  const brought = await commandsBrought(chosen.taken, archive, profile, signal);
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

function safetyOf(
  { inPlace, safety }: RestoreRequest,
  { settings }: Profile,
): { safety: string } | undefined {
  return inPlace === undefined ? undefined : { safety: resolve(safety ?? settings.backup.path) };
}
