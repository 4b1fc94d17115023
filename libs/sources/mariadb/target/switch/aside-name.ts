import { hash } from 'node:crypto';

/**
 * The name under which an invalid view waits in its own database, since views cannot be moved to another: made of the
 * database that the tables of its state wait in, so that whoever knows that finds it again.
 */
export function asideName(waitsIn: string, view: string): string {
  return `${waitsIn}_view_${hash('sha256', view).slice(0, 8)}`;
}

export function isAsideOf(name: string, waitsIn: string): boolean {
  return name.startsWith(`${waitsIn}_view_`);
}
