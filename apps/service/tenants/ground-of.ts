import type { Clock } from '#platform/clock.ts';
import type { Profile } from './read-profile.ts';

/** What is the same for all tenants of a service. */
export interface TenantGround {
  /** The profile that holds now; throws as readProfile. */
  profile(): Promise<Profile>;
  /** The service's state folder, in which the tenants' state is kept too. */
  state: string;
  /** The service's own system, whose lock it holds. */
  service: { stateFolder: string; systemId: string };
  clock: Clock;
}

export function groundOf(
  profile: TenantGround['profile'],
  { id, state, clock }: { id: string; state: string; clock: Clock },
): TenantGround {
  return { profile, state, service: { stateFolder: state, systemId: id }, clock };
}
