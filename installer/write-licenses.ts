import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packagesIn } from './packages-in.ts';
import { TARGETS } from './programs.ts';

export const LICENSES_NAME = 'THIRD-PARTY-LICENSES.txt';

const LICENSE_FILE = /^(licen[cs]e|copying|notice)/i;
const RULE = '='.repeat(80);

/**
 * Writes the licences of everything in the executables: Node with what it is made of, and each npm package of
 * which a file went in. Resolves with the file's path. Throws if a package names no licence.
 */
export async function writeLicenses(
  inputs: readonly string[],
  { repository, out }: { repository: string; out: string },
): Promise<string> {
  const sections = new Set<string>();
  for (const folder of packagesIn(inputs)) sections.add(await describePackage(join(repository, folder)));
  const file = join(out, LICENSES_NAME);
  const text = [
    'Third-party software in the executables of Lifeboat, with its licences.\n',
    await describeNode(repository),
    ...[...sections].sort(),
  ].join(`\n${RULE}\n`);
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
  return file;
}

async function describeNode(repository: string): Promise<string> {
  const [target] = TARGETS;
  const text = await readFile(join(repository, 'node_modules', target!.nodePackage, 'LICENSE'), 'utf8');
  return `Node.js ${process.versions.node} (MIT)\n\n${text}`;
}

async function describePackage(folder: string): Promise<string> {
  const description = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = description;
  const names = (await readdir(folder)).filter((file) => LICENSE_FILE.test(file)).sort();
  if (typeof license !== 'string' && names.length === 0)
    throw new Error(`${name} ${version} names no licence`);
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length === 0) texts.push('The package carries no licence text of its own.\n');
  return `${name} ${version} (${typeof license === 'string' ? license : 'see below'})\n\n${texts.join('\n')}`;
}
