const SEGMENT = /^[A-Za-z0-9_%=-][A-Za-z0-9_%=.-]*$/;
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
const LONGEST_SEGMENT = 128;
const LONGEST_PATH = 512;

/**
 * Says why a member must not have this path, or undefined if it may. What is allowed unpacks on every file
 * system to a place inside the folder it is unpacked in: ASCII segments between single slashes, no
 * segment that begins or ends with a dot, none that Windows keeps for a device.
 */
export function memberPathProblem(path: string): string | undefined {
  if (path.length > LONGEST_PATH) return `is longer than ${LONGEST_PATH} characters`;
  if (path.startsWith('/')) return 'is absolute';
  for (const segment of path.split('/')) {
    if (segment === '') return 'has an empty segment';
    if (segment === '.' || segment === '..') return 'leaves its folder';
    if (segment.length > LONGEST_SEGMENT) return `has a segment longer than ${LONGEST_SEGMENT} characters`;
    if (!SEGMENT.test(segment)) return 'has characters a member never has';
    if (segment.endsWith('.')) return 'has a segment that ends with a dot';
    if (DEVICE.test(segment)) return `has the device name "${segment}"`;
  }
  return undefined;
}

/** Paths of members as file systems see them that do not tell upper from lower case. */
export interface PathSet {
  /** Takes the path in and returns undefined, or says what it would collide with. */
  claim(path: string): string | undefined;
  release(path: string): void;
}

/** Refuses a path that is there already, differs from one in case alone, or makes a file of another's folder. */
export function pathSet(): PathSet {
  const files = new Map<string, string>();
  const folders = new Map<string, number>();
  return {
    claim(path) {
      const folded = path.toLowerCase();
      const twin = files.get(folded);
      if (twin === path) return 'is there twice';
      if (twin !== undefined) return `differs from "${twin}" in case alone`;
      if (folders.has(folded)) return 'is a folder and a file at once';
      const parents = parentsOf(folded);
      if (parents.some((parent) => files.has(parent))) return 'lies in a folder that is a file';
      files.set(folded, path);
      for (const parent of parents) folders.set(parent, (folders.get(parent) ?? 0) + 1);
      return undefined;
    },
    release(path) {
      const folded = path.toLowerCase();
      if (!files.delete(folded)) return;
      for (const parent of parentsOf(folded)) {
        const left = (folders.get(parent) ?? 1) - 1;
        if (left === 0) folders.delete(parent);
        else folders.set(parent, left);
      }
    },
  };
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    parents.push(path.slice(0, slash));
  }
  return parents;
}
