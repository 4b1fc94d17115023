import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CommandLine } from '#terminal/create-program.ts';
import { commandLine as restoreLine } from '../../apps/restore/main.ts';
import { commandLine as serviceLine } from '../../apps/service/main.ts';
import type { BuildFacts } from '../read-build-facts.ts';
import { LICENSES_NAME } from '../write-licenses.ts';
import { bashCompletion } from './bash-completion.ts';
import { type FileNote, manualPage } from './manual-page.ts';
import type { DebianPackage, PackagedFile } from './package.ts';
import { readExitStatuses } from './read-exit-statuses.ts';

const MAINTAINER = 'The Lifeboat authors <lifeboat@lifeboat.invalid>';
const LIBRARIES = 'libc6 (>= 2.28), libstdc++6, libgcc-s1, libatomic1';
const DOCUMENTS = ['operations.md', 'sysbackup-conf.md', 'sysbackup.example.conf', 'archive-format.md'];

const FILES: readonly FileNote[] = [
  ['/etc/lifeboat/sysbackup.conf', 'what is saved, how and when'],
  ['/var/lib/lifeboat', 'state: locks, restore logs, last runs'],
  ['/var/log/lifeboat', 'the journal'],
  ['/var/backups/lifeboat', 'archives, unless sysbackup.conf names another place'],
];

interface Places {
  repository: string;
  /** The folder of the build, with the executables already in it. */
  out: string;
  facts: BuildFacts;
}

/** The two packages for Debian and its kin; either installs without the other. */
export async function debianPackages(places: Places): Promise<DebianPackage[]> {
  return [await servicePackage(places), await restorePackage(places)];
}

async function servicePackage(places: Places): Promise<DebianPackage> {
  const text = textsOf(places, 'lifeboat');
  return {
    name: 'lifeboat',
    description: [
      'backup service for whole systems',
      'Lifeboat makes verified archives of the databases (MariaDB, SQL Server,',
      'SQLite), folders and conf files of a system, by itself or at a word, and has',
      'a page on which they are looked after.',
      '',
      'The package lifeboat-restore has the tool that brings a system back.',
    ],
    fields: { ...fieldsFor(`${LIBRARIES}, adduser`), Recommends: 'lifeboat-restore' },
    scripts: {
      postinst: await text('postinst'),
      prerm: await text('prerm'),
      postrm: await text('postrm'),
    },
    files: [
      { path: '/usr/lib/lifeboat/lifeboat', content: { copy: executable(places, 'lifeboat') }, mode: 0o755 },
      { path: '/usr/bin/lifeboat', content: await text('lifeboat.sh'), mode: 0o755 },
      { path: '/usr/lib/systemd/system/lifeboat.service', content: await text('lifeboat.service') },
      { path: '/usr/share/lifeboat/sysbackup.conf', content: await text('sysbackup.conf') },
      ...(await commonFiles(serviceLine, 'lifeboat-restore(1), bash(1)', places)),
    ],
  };
}

async function restorePackage(places: Places): Promise<DebianPackage> {
  const text = textsOf(places, 'lifeboat-restore');
  return {
    name: 'lifeboat-restore',
    description: [
      'brings a system back from an archive of lifeboat',
      'The restore tool of Lifeboat asks step by step, or does what its options say:',
      'looks into archives, verifies them, takes parts out, and restores databases,',
      'folders and conf files beside the live ones before it switches them over.',
      '',
      'It needs neither the package lifeboat nor the system that it brings back.',
    ],
    fields: { ...fieldsFor(LIBRARIES), Suggests: 'lifeboat' },
    scripts: {
      postinst: await text('postinst'),
      postrm: await text('postrm'),
    },
    files: [
      {
        path: '/usr/bin/lifeboat-restore',
        content: { copy: executable(places, 'lifeboat-restore') },
        mode: 0o755,
      },
      {
        path: '/usr/lib/systemd/system/lifeboat-recover.service',
        content: await text('lifeboat-recover.service'),
      },
      ...(await commonFiles(restoreLine, 'lifeboat(1), unzip(1)', places)),
    ],
  };
}

function fieldsFor(depends: string): Record<string, string> {
  return { Section: 'admin', Priority: 'optional', Maintainer: MAINTAINER, Depends: depends };
}

function executable({ out }: Places, name: string): string {
  return join(out, 'linux-x64', name);
}

/**
 * Reads a package's own files. What several scripts need stands in one file, which is put in where they say so: a
 * package has no place for it that is still there at a purge.
 */
function textsOf({ repository }: Places, name: string): (file: string) => Promise<string> {
  const linux = join(repository, 'installer/linux');
  return async (file) => {
    let text = await readFile(join(linux, name, file), 'utf8');
    for (const [line, snippet = ''] of text.matchAll(/^# include (\S+)\n/gm)) {
      const included = await readFile(join(linux, snippet), 'utf8');
      text = text.replace(line, () => included);
    }
    return text;
  };
}

async function commonFiles(
  line: CommandLine,
  seeAlso: string,
  { repository, out, facts }: Places,
): Promise<PackagedFile[]> {
  const { name } = line;
  const documents = `/usr/share/doc/${name}`;
  const statuses = await readExitStatuses(repository);
  const date = new Date(facts.epoch * 1000);
  const manual = manualPage(line, {
    version: facts.version,
    date: date.toISOString().slice(0, 10),
    statuses,
    files: FILES,
    seeAlso: `${seeAlso}; ${documents}`,
  });
  const overrides = join(repository, 'installer/linux', name, 'lintian-overrides');
  return [
    { path: `/usr/share/man/man1/${name}.1.gz`, content: packed(manual) },
    { path: `/usr/share/bash-completion/completions/${name}`, content: bashCompletion(line) },
    { path: `/usr/share/lintian/overrides/${name}`, content: { copy: overrides } },
    { path: `${documents}/copyright`, content: await copyrightOf(repository) },
    { path: `${documents}/changelog.gz`, content: packed(changelogOf(name, facts.version, date)) },
    {
      path: `${documents}/${name}.cdx.json.gz`,
      content: packed(await readFile(join(out, `${name}.cdx.json`))),
    },
    {
      path: `${documents}/third-party-notices.gz`,
      content: packed(await readFile(join(out, LICENSES_NAME))),
    },
    ...DOCUMENTS.map((document) => ({
      path: `${documents}/${document}`,
      content: { copy: join(repository, 'docs', document) },
    })),
  ];
}

/** zlib writes no time and no name into what it packs. */
function packed(content: string | Uint8Array): Uint8Array {
  return gzipSync(content, { level: 9 });
}

async function copyrightOf(repository: string): Promise<string> {
  const license = await readFile(join(repository, 'LICENSE'), 'utf8');
  const [, holder = ''] = /^Copyright \(c\) (.*)$/m.exec(license) ?? [];
  const terms = license.slice(license.indexOf('Permission')).trim().split('\n');
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Lifeboat
Comment: The executable holds Node.js and npm packages; their copyright holders and
 licences are in third-party-notices.gz, and what they are in the file .cdx.json.gz.

Files: *
Copyright: ${holder}
License: Expat
${terms.map((line) => ` ${line === '' ? '.' : line}`).join('\n')}
`;
}

function changelogOf(name: string, version: string, date: Date): string {
  const when = date.toUTCString().replace('GMT', '+0000');
  return `${name} (${version}) unstable; urgency=medium

  * Version ${version}. What changed stands in CHANGELOG.md of the sources.

 -- ${MAINTAINER}  ${when}
`;
}
