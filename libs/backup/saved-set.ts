import type { Manifest } from '#archive/manifest.ts';
import type { SavedSet } from '#journal/run-result.ts';
import { publishedNames } from './published-names.ts';

/** FD-14: what the history is to say of an archive: its names, and where each part of it was read from. */
export function savedSet(manifest: Manifest, bytes: number): SavedSet {
  return {
    number: manifest.number,
    archives: publishedNames(manifest),
    bytes,
    parts: manifest.components.map((component) => {
      const from = component.details['from'];
      return {
        component: component.id,
        path: typeof from === 'string' ? from : null,
        state: component.state,
        items: component.items,
        bytes: component.bytes,
      };
    }),
  };
}
