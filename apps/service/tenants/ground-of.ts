import type { Clock } from '#platform/clock.ts';
import type { Profile } from './read-profile.ts';

/** What is the same for all tenants of a service. */
export interface TenantGround {
  /** The profile that holds now; throws as readProfile. */
  profile(): Promise<Profile>;
  /** The channels that a tenant of this name has of its own, as sections of a conf; empty: those of the service. */
  channels(name: string): Promise<string>;
  /** The service's state folder, in which the tenants' state is kept too. */
  state: string;
  /** The service's own system, whose lock it holds. */
  service: { stateFolder: string; systemId: string };
  clock: Clock;
}

export function groundOf(
  read: Pick<TenantGround, 'profile' | 'channels'>,
  { id, state, clock }: { id: string; state: string; clock: Clock },
): TenantGround {
  return { ...read, state, service: { stateFolder: state, systemId: id }, clock };
}
