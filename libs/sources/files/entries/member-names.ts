import { hash } from 'node:crypto';
import type { BytePath } from '../byte-path.ts';

const LONGEST_SEGMENT = 120;
const LONGEST_PATH = 360;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * Gives each file that is a member of its own a path under `data/` by which a person finds it: the file's
 * path, its segments kept where they are plain ASCII and each other byte as `%XX`. Where that cannot stand
 * beside the others (too long, or a twin but for case) it is `data/=<12 hex digits>-<end of the name>`.
 * `ending` (`.zst`) is part of what must be unique. Holds the paths it gave: some thousand at most.
 */
export function memberNames(): (path: BytePath, ending: string) => string {
  const files = new Set<string>();
  const folders = new Map<string, string>();

  function fits(member: string): boolean {
    if (member.length > LONGEST_PATH || member.split('/').some((part) => part.length > LONGEST_SEGMENT)) {
      return false;
    }
    const folded = member.toLowerCase();
    if (files.has(folded) || folders.has(folded)) return false;
    return parentsOf(member).every(
      (parent) =>
        !files.has(parent.toLowerCase()) && (folders.get(parent.toLowerCase()) ?? parent) === parent,
    );
  }

  return (path, ending) => {
    const plain = `data/${path.split('/').map(safeSegment).join('/')}${ending}`;
    const member = fits(plain) ? plain : `data/=${digest(path)}-${tailOf(path)}${ending}`;
    files.add(member.toLowerCase());
    for (const parent of parentsOf(member)) folders.set(parent.toLowerCase(), parent);
    return member;
  };
}

function parentsOf(member: string): string[] {
  const parts = member.split('/');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}

function safeSegment(segment: string): string {
  const safe = segment.replace(/[^A-Za-z0-9_.-]/g, percent).replace(/^\.|\.$/g, percent);
  return DEVICE.test(safe) ? `${percent(safe.charAt(0))}${safe.slice(1)}` : safe;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function digest(path: BytePath): string {
  return hash('sha256', Buffer.from(path, 'latin1')).slice(0, 12);
}

function tailOf(path: BytePath): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .slice(-40)
    .replace(/^\.+|\.+$/g, '');
}
