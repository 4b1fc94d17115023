import { hash } from 'node:crypto';
import { hostname } from 'node:os';

/** Names a file in the staging folder as one of a restore of this section, on this machine: one runs at a time. */
export function markOf({ conf, name }: { conf: string; name: string }): string {
  return hash('sha256', [hostname(), conf, name, 'restore'].join('\n')).slice(0, 12);
}

export function stagedFileName(parts: { conf: string; name: string }, database: string): string {
  return `lifeboat-${markOf(parts)}-${database}.bak`;
}
