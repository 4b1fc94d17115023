import prettyBytes from 'pretty-bytes';
import type { Manifest } from '#archive/manifest.ts';
import { oneLine } from '#platform/one-line.ts';
import type { ComponentKind, ComponentRecord } from '#sources/source.ts';
import { fitText } from '#terminal/fit-text.ts';
import { localTime } from '../local-time.ts';
import type { Prompts } from './prompts.ts';

/** The table keeps its dates on a screen of this width and above; a narrower one shows names and sizes. */
const WIDE = 60;

/**
 * FD-28: the contents with their sizes and the time each was taken, all checked at first: single parts can be
 * chosen. Undefined means all.
 */
export async function askComponents(
  prompts: Prompts,
  manifest: Manifest,
  zone: string,
): Promise<string[] | undefined> {
  const present = manifest.components.filter(({ state }) => state !== 'missing');
  if (present.length === 0) return undefined;
  const rows = table(present, manifest, prompts.width, zone);
  const bytes = prettyBytes(present.reduce((sum, component) => sum + component.bytes, 0));
  const chosen = await prompts.chooseSome(
    `The archive holds these, ${bytes} in all. Which are to be restored?`,
    present.map(({ id }, index) => ({ name: rows[index] ?? id, value: id })),
  );
  return chosen.length === present.length ? undefined : chosen;
}

function table(components: ComponentRecord[], manifest: Manifest, width: number, zone: string): string[] {
  const rows = components.map((component) => ({
    id: oneLine(component.id),
    size: prettyBytes(component.bytes).padStart(8),
    items: itemsOf(component),
    taken: takenOf(component, manifest, zone),
  }));
  const itemsWidth = Math.max(...rows.map(({ items }) => items.length));
  const right = width < WIDE ? 10 : 10 + 2 + itemsWidth + 2 + 16;
  const idWidth = Math.min(Math.max(...rows.map(({ id }) => id.length)), Math.max(12, width - right));
  return rows.map(({ id, size, items, taken }) => {
    const name = fitText(id, idWidth, 'middle').padEnd(idWidth);
    return width < WIDE ? `${name}  ${size}` : `${name}  ${size}  ${items.padEnd(itemsWidth)}  ${taken}`;
  });
}

const ITEMS: Partial<Record<ComponentKind, string>> = {
  folder: 'file',
  'mariadb-accounts': 'account',
  'mssql-logins': 'login',
};

function itemsOf({ kind, items, state }: ComponentRecord): string {
  if (state === 'partial') return 'partial';
  if (kind === 'file') return '1 file';
  const what = ITEMS[kind] ?? 'table';
  return `${items} ${items === 1 ? what : `${what}s`}`;
}

/** Each source is frozen at a time of its own: its id is the component's or begins it. */
function takenOf({ id }: ComponentRecord, manifest: Manifest, zone: string): string {
  const source = manifest.sources.find((one) => id === one.id || id.startsWith(`${one.id}/`));
  return localTime(source?.takenAt ?? manifest.takenAt, zone, 'minute');
}
