// `npm run lock`, after each change of packages: npm leaves out of package-lock.json what the registry at hand
// does not have for other platforms, and then refuses that file (npm ci: "Missing: ... from lock file"). This
// puts those entries back, by version, so that one lock file serves every platform and every registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = {};
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (path in lock.packages) continue;
    added[path] = { version, ...platformOf(name), ...(entry.dev ? { dev: true } : {}), optional: true };
  }
}
const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, undefined, 2)}\n`);
console.log(`package-lock.json: ${Object.keys(added).length} entries of other platforms added`);

/** `@biomejs/cli-linux-x64-musl`: names of such packages end in what they are for. */
function platformOf(name) {
  const os = /android|darwin|freebsd|linux|openharmony|win32/.exec(name)?.[0];
  const cpu = /arm64|arm|ia32|ppc64|riscv64|s390x|x64/.exec(name)?.[0];
  if (!os || !cpu) throw new Error(`cannot tell from its name which platform ${name} is for`);
  return { cpu: [cpu], ...(name.includes('musl') ? { libc: ['musl'] } : {}), os: [os] };
}
