/**
 * Prints every behaviour id of docs/behaviours.md with the tests that carry it in their titles, then the ids
 * that no test carries. `npm run behaviours -- BS-01 FD-05` prints these only, and ends with status 1 if one
 * of them has no test.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const asked = process.argv.slice(2);
const ids = readIds().filter((id) => asked.length === 0 || asked.includes(id));
const tests = readTests();

for (const id of ids) {
  const titles = tests.get(id) ?? [];
  console.log(`${id}  ${titles.length === 0 ? 'no test' : ''}`.trimEnd());
  for (const { file, title } of titles) console.log(`  ${file}: ${title}`);
}
const bare = ids.filter((id) => !tests.has(id));
console.log(`\n${ids.length - bare.length} of ${ids.length} behaviours have a test`);
if (bare.length > 0) console.log(`without a test: ${bare.join(' ')}`);
if (asked.length > 0 && bare.length > 0) process.exitCode = 1;

function readIds(): string[] {
  const text = readFileSync(join(root, 'docs', 'behaviours.md'), 'utf8');
  return [...text.matchAll(/^\| ((?:BS|FD|BT|TN|LB)-\d\d) \|/gm)].map((match) => match[1] as string);
}

function readTests(): Map<string, { file: string; title: string }[]> {
  const found = new Map<string, { file: string; title: string }[]>();
  for (const file of globSync('test/**/*.test.ts', { cwd: root }).sort()) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(
      /\b(?:describe|test|it)(?:\.\w+)*(?:\([^()]*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs,
    )) {
      const title = match[2] as string;
      for (const id of title.matchAll(/(?:BS|FD|BT|TN|LB)-\d\d/g)) {
        const list = found.get(id[0]) ?? [];
        list.push({ file, title });
        found.set(id[0], list);
      }
    }
  }
  return found;
}
