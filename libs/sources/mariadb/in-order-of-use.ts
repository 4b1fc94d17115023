import { quoteName } from './quote-name.ts';

/**
 * Views after those whose names stand in them. A name that only looks like a use does no harm, and a circle
 * of such names is cut where it is met.
 */
export function inOrderOfUse<View extends { name: string; ddl: string }>(views: readonly View[]): View[] {
  const ordered: View[] = [];
  const seen = new Set<View>();
  const visit = (view: View): void => {
    if (seen.has(view)) return;
    seen.add(view);
    for (const other of views) {
      if (other !== view && view.ddl.includes(quoteName(other.name))) visit(other);
    }
    ordered.push(view);
  };
  for (const view of views) visit(view);
  return ordered;
}
