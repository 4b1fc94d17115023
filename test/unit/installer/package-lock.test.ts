import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface LockEntry {
  version?: string;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const text = readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8');
const packages = Object.entries(JSON.parse(text).packages as Record<string, LockEntry>);

test('package-lock.json names every optional package, so npm ci accepts it anywhere (else: npm run lock)', () => {
  const names = new Set(packages.map(([path]) => path));
  const missing = packages.flatMap(([, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => !names.has(`node_modules/${name}`)),
  );
  expect(packages.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('package-lock.json names no registry', () => {
  expect(packages.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
});
