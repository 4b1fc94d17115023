import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Which library may import which, besides itself and platform. Types follow the same arrows. */
const ARROWS: Record<string, readonly string[]> = {
  platform: [],
  sources: [],
  schedule: [],
  journal: [],
  hooks: [],
  notify: [],
  log: [],
  metrics: [],
  archive: ['sources'],
  destinations: ['archive', 'sources'],
  catalog: ['destinations', 'archive'],
  retention: ['catalog'],
  watch: ['catalog', 'notify'],
  versions: [],
  machine: ['archive'],
  settings: ['sources', 'schedule', 'retention', 'versions'],
  backup: ['sources', 'archive', 'destinations', 'catalog', 'retention', 'journal'],
  terminal: ['journal'],
  client: ['archive', 'catalog', 'destinations', 'retention'],
  restore: ['sources', 'archive', 'destinations', 'catalog', 'journal', 'versions'],
  drill: ['restore', 'sources', 'archive', 'destinations', 'catalog', 'journal', 'versions'],
};

/** Reading the time of day anywhere else would make runs depend on what no test can set. */
const CLOCK_FILE = 'libs/platform/clock.ts';

const root = join(import.meta.dirname, '..');
const files = globSync(['libs/**/*.ts', 'apps/**/*.{ts,tsx}'], { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
);
const asyncNames = namesOfAsyncFunctions();

test('every import follows the arrows', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !isAllowed(file, target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
});

test('every library has its arrows listed', () => {
  const libraries = new Set(
    files.filter((file) => file.startsWith('libs/')).map((file) => file.split('/')[1]),
  );
  expect([...libraries].filter((name) => !((name as string) in ARROWS))).toEqual([]);
});

test('no file knows itself by way of others: each can be read after those it knows', () => {
  expect(circles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([]);
});

test('the time of day is read in one file only', () => {
  const readers = files.filter((file) =>
    /\bDate\.now\(\)|\bnew Date\(\)|\bTemporal\.Now\b/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(readers).toEqual([CLOCK_FILE]);
});

test('what `await using` opened is not closed before it is used: return await', () => {
  const early = files.flatMap((file) =>
    earlyReturns(readFileSync(join(root, file), 'utf8')).map((l) => `${file}: ${l}`),
  );
  expect(early).toEqual([]);
});

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return (
    [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)]
      .map((match) => match[1] as string)
      .filter((target) => target.startsWith('#') || target.startsWith('.'))
      // The program's own version stands in one place.
      .filter((target) => !target.endsWith('/package.json'))
      .map((target) =>
        target.startsWith('#')
          ? `libs/${target.slice(1)}`
          : relative(root, join(root, dirname(file), target)).replaceAll('\\', '/'),
      )
  );
}

function isAllowed(file: string, target: string): boolean {
  const [area, name] = file.split('/');
  const [targetArea, targetName] = target.split('/');
  // The sample is the service, started on a system that it makes itself.
  if (name === 'sample' && targetName === 'service') return true;
  if (area === 'apps') return targetArea === 'libs' || targetName === name;
  if (targetArea !== 'libs') return false;
  if (targetName === name || targetName === 'platform') return true;
  return ARROWS[name as string]?.includes(targetName as string) ?? false;
}

/** Takes away, again and again, what knows nobody that is left and what nobody left knows: what remains are circles. */
function circles(knows: Map<string, readonly string[]>): string[] {
  const left = new Map(knows);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const known = new Set([...left.values()].flat());
    for (const [file, targets] of left) {
      if (!known.has(file) || !targets.some((target) => left.has(target))) left.delete(file);
    }
  }
  return [...left.keys()];
}

/** Functions are told apart by indentation, which the formatter guarantees; asynchronous ones by their declaration. */
function earlyReturns(text: string): string[] {
  const found: string[] = [];
  let usingAt = -1;
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (indent < usingAt) usingAt = -1;
    if (/^\s*await using /.test(line)) usingAt = indent;
    const callee = /^\s*return (?:[\w.]+\.)?(\w+)\(/.exec(line)?.[1];
    if (usingAt >= 0 && indent >= usingAt && callee !== undefined && asyncNames.has(callee)) {
      found.push(line.trim());
    }
  }
  return found;
}

function namesOfAsyncFunctions(): Set<string> {
  const names = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(/\basync (?:function )?(\w+)\(|\b(\w+)\([^)]*\): Promise</g)) {
      names.add((match[1] ?? match[2]) as string);
    }
  }
  return names;
}
