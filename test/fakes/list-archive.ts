import { hash } from 'node:crypto';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';

const CHUNK = 16 * 1024;

/** A folder component whose list and members are exactly what a test says, hostile ones included. */
export function listArchive(
  lines: (Record<string, unknown> | string)[],
  members: Record<string, Uint8Array> = {},
  kind: 'folder' | 'file' = 'folder',
): { record: ComponentRecord; archive: MemberReader } {
  const list = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const all: Record<string, Uint8Array> = {
    ...members,
    [`${kind}/x/files.ndjson`]: Buffer.from(list.map((line) => `${line}\n`).join('')),
  };
  return {
    record: {
      id: `${kind}/x`,
      kind,
      name: 'x',
      importance: 'normal',
      state: 'complete',
      bytes: 1,
      sha256: hash('sha256', ''),
      items: 1,
      notes: [],
      members: Object.entries(all).map(([path, content]) => ({
        path,
        bytes: content.length,
        sha256: hash('sha256', content),
      })),
      details: { from: '/somewhere', packs: [] },
    },
    archive: {
      async *open(path) {
        const content = all[path];
        if (!content) throw new Error(`no member ${path}`);
        for (let at = 0; at < content.length; at += CHUNK) yield content.subarray(at, at + CHUNK);
      },
    },
  };
}

const base = { mode: '0644', uid: 0, gid: 0, mtime: '1600000000000000000' };

export const top = { path: '.', type: 'folder', ...base, mode: '0755' };

export function folderLine(path: string): Record<string, unknown> {
  return { path, type: 'folder', ...base, mode: '0755' };
}

export function linkLine(path: string, target: string): Record<string, unknown> {
  return { path, type: 'link', ...base, target };
}

export function hardLinkLine(path: string, target: string): Record<string, unknown> {
  return { path, type: 'hardlink', ...base, target };
}

/** A file whose content is the member `data/content` of a folder component `x`. */
export function fileLine(path: string, content: Uint8Array, more: Record<string, unknown> = {}) {
  const size = content.length;
  const sha256 = hash('sha256', content);
  return { path, type: 'file', ...base, size, sha256, member: 'data/content', form: 'plain', ...more };
}
