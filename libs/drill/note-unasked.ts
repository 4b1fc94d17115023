import { LifeboatError } from '#platform/errors.ts';
import { describeCanary } from './describe-canary.ts';
import type { DrillParts } from './drill-parts.ts';
import type { DrillNotes } from './open-notes.ts';

/** A canary whose database was not restored has shown nothing, which must not look as if it had answered well. */
export function noteUnasked({ canaries }: Pick<DrillParts, 'canaries'>, notes: DrillNotes): void {
  const asked = new Set(notes.canaries.map(({ name }) => name));
  for (const canary of canaries.filter(({ name }) => !asked.has(name))) {
    const detail = `${canary.of} was not restored`;
    notes.canary({ ...describeCanary(canary), answer: null, result: 'not asked', detail, ms: 0 });
    notes.failed(`canary ${canary.name}`, new LifeboatError('drill-failed', `not asked: ${detail}`));
  }
}
