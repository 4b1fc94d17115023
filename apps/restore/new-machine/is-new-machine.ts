import { hostname } from 'node:os';
import type { Manifest } from '#archive/manifest.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';

/** True if what was restored comes from elsewhere. */
export function isNewMachine(manifest: Manifest, plan: RestorePlan, from: 'installed' | 'archive'): boolean {
  const otherId = plan.installedId !== undefined && plan.installedId !== plan.system.id;
  return from === 'archive' || otherId || manifest.host !== hostname();
}
