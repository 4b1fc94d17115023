/**
 * `npm run build [-- --out FOLDER] [--only PART ...] [--sign COMMAND]`: makes the executables of both programs, Debian packages of
 * them, installers for Windows, their bills of materials, third-party licences and a list of hashes, in dist unless another
 * folder is named. COMMAND signs what is made for Windows, each file before it is packed. Files of an earlier build are replaced one by one, each by a rename, so that a running program keeps its file.
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePage } from './bundle-page.ts';
import { type Bundle, bundleProgram } from './bundle-program.ts';
import { fetchNode } from './fetch-node.ts';
import { debianPackages } from './linux/debian-packages.ts';
import { makePackage } from './linux/make-package.ts';
import { makeExecutable } from './make-executable.ts';
import { prepareNode } from './prepare-node.ts';
import { PROGRAMS, TARGETS } from './programs.ts';
import { readBuildFacts } from './read-build-facts.ts';
import { signFile } from './sign-file.ts';
import { makeInstaller } from './windows/make-installer.ts';
import { writeBill } from './write-bill.ts';
import { writeHashes } from './write-hashes.ts';
import { LICENSES_NAME, writeLicenses } from './write-licenses.ts';

const DEBIAN = 'debian';
const INSTALLERS = 'windows-installers';
const PARTS: readonly string[] = [...TARGETS.map(({ name }) => name), DEBIAN, INSTALLERS];

const repository = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(repository, 'dist') },
    only: { type: 'string', multiple: true, default: [...PARTS] },
    sign: { type: 'string' },
  },
});
const out = resolve(values.out);
for (const part of values.only) {
  if (!PARTS.includes(part)) throw new Error(`--only ${part}: known are ${PARTS.join(', ')}`);
}
/** What is made of the executables of a system, beside those. */
const madeOf = { linux: values.only.includes(DEBIAN), windows: values.only.includes(INSTALLERS) };
const targets = TARGETS.filter(({ name, system }) => values.only.includes(name) || madeOf[system]);

await mkdir(out, { recursive: true });
// In the same folder as the result, since a rename does not cross file systems.
const work = await mkdtemp(join(out, '.build-'));
try {
  await build();
} finally {
  await rm(work, { recursive: true, force: true });
}

async function build(): Promise<void> {
  const facts = await readBuildFacts(repository);
  const page = await bundlePage(repository);
  const bundles = await Promise.all(
    PROGRAMS.map((program) => bundleProgram(program, { repository, work, facts })),
  );
  const licenses = await writeLicenses([...page, ...bundles.flatMap(({ inputs }) => inputs)], {
    repository,
    out,
  });
  const made = [LICENSES_NAME];
  for (const { program, inputs } of bundles) {
    const all = program.name === 'lifeboat' ? [...page, ...inputs] : inputs;
    made.push(await writeBill({ program, inputs: all }, { repository, out, facts }));
  }
  made.push(...(await makeExecutables(bundles, { version: facts.version, licenses })));
  if (madeOf.linux) {
    const packages = await debianPackages({ repository, out, facts });
    made.push(...(await Promise.all(packages.map((one) => makePackage(one, { facts, work, out })))));
  }
  if (madeOf.windows) {
    const places = { repository, work, out };
    const installers = await Promise.all(PROGRAMS.map(({ name }) => makeInstaller(name, facts, places)));
    for (const name of installers) await signFile(join(out, name), values.sign);
    made.push(...installers);
  }
  await writeHashes(made, out);
  for (const name of made) {
    const { size } = await stat(join(out, name));
    console.log(`${(size / 1e6).toFixed(1).padStart(7)} MB  ${join(out, name)}`);
  }
}

async function makeExecutables(
  bundles: readonly Bundle[],
  { version, licenses }: { version: string; licenses: string },
): Promise<string[]> {
  const made: string[] = [];
  for (const target of targets) {
    const fetched = await fetchNode(target, { repository, work });
    for (const bundle of bundles) {
      const node = await prepareNode(fetched, { target, program: bundle.program, version, work });
      const name = await makeExecutable(bundle, target, { node, licenses, work, out });
      if (target.system === 'windows') await signFile(join(out, name), values.sign);
      made.push(name);
    }
  }
  return made;
}
