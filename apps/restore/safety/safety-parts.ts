import type { RunParts } from '#journal/run-parts.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { Profile } from '../read-profile.ts';
import type { RestoreRequest } from '../request.ts';
import type { TargetPlaces } from '../target-places.ts';

/** What it takes to save what is live of a plan. */
export interface SafetyParts {
  plan: RestorePlan;
  profile: Profile;
  request: RestoreRequest;
  recording: RunParts;
  places: Omit<TargetPlaces, 'signal'>;
  /** The folder that the plan names. */
  place: string;
  onProgress: OnProgress;
}
