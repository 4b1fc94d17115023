import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import parseSpdxExpression from 'spdx-expression-parse';
import { packagesIn } from './packages-in.ts';
import type { BuildFacts } from './read-build-facts.ts';

const components = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
  new Contrib.FromNodePackageJson.Factories.ExternalReferenceFactory(),
  new Contrib.License.Factories.LicenseFactory(parseSpdxExpression),
);

/** What process.versions names beside software: numbers of interfaces. */
const NO_SOFTWARE = ['node', 'modules', 'napi'];

/**
 * Writes a program's bill of materials in CycloneDX's JSON form (`<name>.cdx.json`) and resolves with the file's
 * name: each npm package of which a file is in the program, with the hash that package-lock.json pins it by, and
 * Node with the libraries in it. The same build gives the same bytes.
 */
export async function writeBill(
  { program, inputs }: { program: { name: string; title: string }; inputs: readonly string[] },
  { repository, out, facts }: { repository: string; out: string; facts: BuildFacts },
): Promise<string> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8'));
  const packages = new Map<string, Models.Component>();
  for (const folder of packagesIn(inputs)) {
    const integrity = lock.packages[folder]?.integrity;
    packages.set(folder, await packageComponent(folder, { repository, integrity }));
  }
  for (const [folder, component] of packages) await linkDependencies(folder, component, packages, repository);
  const main = mainComponent(program, facts);
  const parts = [nodeComponent(), ...packages.values()];
  for (const part of parts) main.dependencies.add(part.bomRef);
  const bom = new Models.Bom({
    components: new Models.ComponentRepository(parts),
    metadata: new Models.Metadata({
      component: main,
      timestamp: new Date(facts.epoch * 1000),
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
    }),
  });
  // In the form of a UUID, as the format asks, but of the content: a random one would differ in each build.
  bom.serialNumber = `urn:uuid:${uuidOf(serialized(bom))}`;
  const name = `${program.name}.cdx.json`;
  await writeFile(join(out, name), serialized(bom));
  return name;
}

function mainComponent(
  { name, title }: { name: string; title: string },
  { version, commit, archiveFormat }: BuildFacts,
): Models.Component {
  return new Models.Component(Enums.ComponentType.Application, name, {
    bomRef: `${name}@${version}`,
    version,
    description: title,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense('MIT')]),
    properties: new Models.PropertyRepository([
      new Models.Property('lifeboat:commit', commit),
      new Models.Property('lifeboat:archive-format', String(archiveFormat)),
    ]),
  });
}

/** The Node that runs the build is the one that goes into the executables, and says itself what is in it. */
function nodeComponent(): Models.Component {
  const version = process.versions.node;
  const node = new Models.Component(Enums.ComponentType.Platform, 'node', {
    bomRef: `node@${version}`,
    version,
    purl: new PackageURL('generic', undefined, 'node', version).toString(),
    licenses: new Models.LicenseRepository([new Models.SpdxLicense('MIT')]),
  });
  for (const [name, inside] of Object.entries(process.versions)) {
    if (NO_SOFTWARE.includes(name) || inside === undefined) continue;
    const bomRef = `node@${version}/${name}@${inside}`;
    node.components.add(new Models.Component(Enums.ComponentType.Library, name, { bomRef, version: inside }));
  }
  return node;
}

async function packageComponent(
  folder: string,
  { repository, integrity }: { repository: string; integrity: string | undefined },
): Promise<Models.Component> {
  const description = JSON.parse(await readFile(join(repository, folder, 'package.json'), 'utf8'));
  const component = components.makeComponent(description);
  if (component === undefined) throw new Error(`${folder}/package.json names no package`);
  const { group, name, version } = component;
  component.bomRef.value = folder;
  component.purl = new PackageURL('npm', group, name, version).toString();
  if (integrity?.startsWith('sha512-')) {
    const hash = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], hash);
  }
  return component;
}

/** A dependency is looked for as Node does: in the package's own node_modules, then in each one above. */
async function linkDependencies(
  folder: string,
  component: Models.Component,
  packages: ReadonlyMap<string, Models.Component>,
  repository: string,
): Promise<void> {
  const description = JSON.parse(await readFile(join(repository, folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(description.dependencies ?? {})) {
    const places = folder.split(/(?=\/node_modules\/)/).map((_, index, parts) => {
      return `${parts.slice(0, parts.length - index).join('')}/node_modules/${name}`;
    });
    const found = [...places, `node_modules/${name}`].find((place) => existsSync(join(repository, place)));
    const used = packages.get(found ?? '');
    if (used !== undefined) component.dependencies.add(used.bomRef);
  }
}

function serialized(bom: Models.Bom): string {
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    // 8 is the version for values of one's own making.
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
