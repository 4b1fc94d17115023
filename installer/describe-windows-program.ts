import { readFile, writeFile } from 'node:fs/promises';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import type { Program } from './programs.ts';

/** What Explorer and the task list show is in this language: 1033 is English (United States), 1200 is UTF-16. */
const LANGUAGE = { lang: 1033, codepage: 1200 };

/**
 * Makes a copy of a node.exe that calls itself what it will be: name, version and maker of the program in place of
 * Node's, no Node icon, and no signature, since that of Node would not fit and Windows would call it broken.
 */
export async function describeWindowsProgram(
  node: string,
  goal: string,
  { program, version }: { program: Program; version: string },
): Promise<void> {
  const executable = NtExecutable.from(await readFile(node), { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
  if (info === undefined) throw new Error(`${node} has no version resource`);
  for (const language of info.getAllLanguagesForStringValues()) info.removeAllStringValues(language);
  info.setFileVersion(version, LANGUAGE.lang);
  info.setProductVersion(version, LANGUAGE.lang);
  info.setStringValues(LANGUAGE, {
    ProductName: 'Lifeboat',
    FileDescription: program.title,
    CompanyName: 'The Lifeboat authors',
    LegalCopyright: 'MIT License',
    InternalName: program.name,
    OriginalFilename: `${program.name}.exe`,
    FileVersion: version,
    ProductVersion: version,
  });
  info.outputToResourceEntries(resources.entries);
  const icons = new Set<unknown>([3, 14]);
  resources.entries = resources.entries.filter(({ type }) => !icons.has(type));
  resources.outputResource(executable);
  await writeFile(goal, Buffer.from(executable.generate()), { mode: 0o755 });
}
