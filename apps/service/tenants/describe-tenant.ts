import { lastRun } from '#journal/last-run.ts';
import type { Alarm } from '#notify/alarms-of.ts';
import { readAlarms } from '#notify/read-alarms.ts';
import type { Clock } from '#platform/clock.ts';
import { messageOf } from '#platform/message-of.ts';
import type { FleetMember } from '../api/served-system.ts';
import { type KnownAutomation, readAutomation } from '../status/read-automation.ts';

/** A tenant as a list of many shows it: what small files of the state folder tell, no archive is looked at. */
export interface DescribedTenant extends KnownAutomation {
  id: string | null;
  name: string;
  /** Path of its page, below the service's own. */
  address: string;
  /** Why it gets no backup; null if it gets one. */
  problem: string | null;
  running: boolean;
  /** What holds until somebody sees to it. */
  alarms: Alarm[];
  lastRun: { state: string; startedAt: string; message: string } | null;
}

export async function describeTenant(tenant: FleetMember, clock: Clock): Promise<DescribedTenant> {
  const { name, system, problem = null } = tenant;
  const facts = { id: tenant.id ?? null, name, address: `t/${encodeURIComponent(name)}/` };
  const nothing = { running: false, alarms: [], lastRun: null, nextRun: null, notByItself: null, why: null };
  if (system === undefined) return { ...facts, problem, ...nothing };
  try {
    const composed = await system.compose();
    const last = await lastRun(composed.state, composed.id).read();
    return {
      ...facts,
      problem,
      alarms: await readAlarms(composed.state, composed.id),
      running: system.runs.current() !== undefined,
      lastRun:
        last === undefined ? null : { state: last.state, startedAt: last.startedAt, message: last.message },
      ...(await readAutomation(composed, clock)),
    };
  } catch (error) {
    // One that is broken hides no other.
    return { ...facts, problem: messageOf(error), ...nothing };
  }
}
