import { LifeboatError } from '#platform/errors.ts';
import { NOT_CHOSEN } from '#restore/plan/restore-plan.ts';
import type { ComponentRecord } from '#sources/source.ts';

/** Splits what the archive holds into chosen and left. Throws `usage` for an id it does not hold. */
export function chooseComponents(
  all: readonly ComponentRecord[],
  only: readonly string[] | undefined,
): { taken: ComponentRecord[]; left: { id: string; why: string }[] } {
  const present = all.filter((component) => component.state !== 'missing');
  if (only === undefined) return { taken: present, left: [] };
  const unknown = only.filter((id) => !present.some((component) => component.id === id));
  if (unknown.length > 0) {
    throw new LifeboatError(
      'usage',
      `the archive holds no component ${unknown.map((id) => `"${id}"`).join(', ')}`,
      { hint: `it holds: ${present.map((component) => component.id).join(', ')}` },
    );
  }
  return {
    taken: present.filter((component) => only.includes(component.id)),
    left: present
      .filter((component) => !only.includes(component.id))
      .map((component) => ({ id: component.id, why: NOT_CHOSEN })),
  };
}
