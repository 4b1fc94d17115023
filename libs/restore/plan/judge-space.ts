import type { TargetReport } from '#sources/restore-target.ts';
import type { Agreement, Refusal } from './restore-plan.ts';
import type { SummedSpace } from './sum-space.ts';

export interface SpaceJudgement {
  refusals: Refusal[];
  agreements: Agreement[];
  /** Set if what is live has to go first, was asked to, and then all fits. */
  inPlace: { safety: string } | undefined;
  /** There is no room beside what is live, but in its place. */
  fitsInPlace: boolean;
}

/**
 * Whether everything fits beside what is live. Where it does not, a restore in place has to be asked for by name: what
 * is live goes before the new state is whole, so it takes an agreement of its own.
 */
export function judgeSpace(
  spaces: readonly SummedSpace[],
  reports: readonly TargetReport[],
  asked: { safety: string } | undefined,
  migrates: boolean,
): SpaceJudgement {
  const low = spaces.filter((space) => isLow(space, 0));
  const stillLow = low.filter((space) => isLow(space, space.frees ?? 0));
  const able = ({ inPlace }: TargetReport): boolean => inPlace === true && !migrates;
  const without = reports.flatMap((report) => (able(report) ? [] : report.components.map(({ id }) => id)));
  const possible = low.length > 0 && stillLow.length === 0 && without.length === 0;
  if (low.length === 0) return { refusals: [], agreements: [], inPlace: undefined, fitsInPlace: false };
  if (asked !== undefined && possible) {
    return { refusals: [], agreements: [agreement(low, asked.safety)], inPlace: asked, fitsInPlace: true };
  }
  const refusals = (asked === undefined ? low : stillLow).map((space) => refusal(space, possible, asked));
  const others = asked === undefined || without.length === 0 ? [] : [cannot(without, migrates)];
  return { refusals: [...refusals, ...others], agreements: [], inPlace: undefined, fitsInPlace: possible };
}

function isLow({ needed, free }: SummedSpace, frees: number): boolean {
  return free !== undefined && free + frees < needed;
}

function agreement(low: readonly SummedSpace[], safety: string): Agreement {
  const where = low.map(({ place, needed, free }) => `${place} (${needed} bytes needed, ${free} free)`);
  return {
    key: 'in-place',
    message: `there is no room to stage beside what is live: ${where.join(', ')}. IN PLACE means that what is live is DELETED before the restored state is whole. First a safety archive of it is made in ${safety} and verified; if the restore then fails, it goes back from that, which takes as long again. Until the end the system has to stay stopped`,
  };
}

function refusal(space: SummedSpace, possible: boolean, asked: { safety: string } | undefined): Refusal {
  const { place, needed, free, frees = 0 } = space;
  const even =
    asked === undefined
      ? ''
      : `, which is not there either when the ${frees} bytes of what is live have gone`;
  return {
    code: 'space-low',
    message: `${place} has ${free} bytes free, the restore needs ${needed} there for the staged copy${even}`,
    hint: possible
      ? 'make room there; nothing live is removed to make room, unless you agree to a restore in place: --in-place "NAME OF THE SYSTEM"'
      : 'make room there; nothing live is removed to make room',
  };
}

function cannot(ids: readonly string[], migrates: boolean): Refusal {
  return {
    code: 'space-low',
    message: migrates
      ? 'an archive that has to be migrated cannot be restored in place'
      : `${ids.join(', ')} cannot be restored in place`,
    hint: 'make room, or restore a part with --only',
  };
}
