import { memberSegment } from '#sources/member-segment.ts';
import type { Component, ComponentKind, FrozenView } from '#sources/source.ts';

export interface RestoreTextSet {
  /** Undefined where it is not known when the text is written, or where there are several. */
  archiveName: string | undefined;
  number: number;
  version: string;
  startedAt: Temporal.Instant;
  frozen: { readonly views: readonly { view: Pick<FrozenView, 'components'> }[] };
}

/**
 * LB-06: the text of RESTORE.txt, which tells a person without Lifeboat how to get each component of this
 * very archive back. ASCII but for names; lines end in CR LF, since any editor of any system may open it.
 */
export function restoreText(system: { id: string; name: string }, set: RestoreTextSet): string {
  const components = set.frozen.views.flatMap(({ view }) => view.components);
  const how = new Set(components.map(({ kind }) => HOW[kind]));
  return [
    ...opening(system, set),
    '',
    'WHAT IS IN HERE',
    '',
    ...components.map(
      (component) =>
        `  ${KIND_NAMES[component.kind]} ${JSON.stringify(component.name)}: ${folderOf(component)}`,
    ),
    '',
    ...COMPRESSED,
    ...[...how].flatMap((lines) => (lines.length > 0 ? ['', ...lines] : [])),
    '',
    ...CLOSING,
    '',
  ].join('\r\n');
}

/** Where a component's members lie: its id, each name in it made safe. */
function folderOf({ id, name }: Pick<Component, 'id' | 'name'>): string {
  const own = id.endsWith(`/${name}`) ? name : undefined;
  const parents = own === undefined ? id.split('/') : id.slice(0, -own.length - 1).split('/');
  return [...parents, ...(own === undefined ? [] : [own])].map(memberSegment).join('/');
}

const KIND_NAMES: Record<ComponentKind, string> = {
  'mariadb-database': 'MariaDB database',
  'mariadb-accounts': 'MariaDB accounts of the server',
  'mssql-database': 'SQL Server database',
  'mssql-logins': 'SQL Server logins of the server',
  'sqlite-database': 'SQLite database',
  folder: 'Folder',
  file: 'File',
};

function opening(system: { id: string; name: string }, set: RestoreTextSet): string[] {
  return [
    'LIFEBOAT ARCHIVE: HOW TO GET THE DATA BACK',
    '',
    `  Archive   ${set.archiveName === undefined ? `number ${set.number}` : `${set.archiveName} (number ${set.number})`}`,
    `  System    ${system.name}, version ${set.version} (id ${system.id})`,
    `  Made      ${set.startedAt.toString()}`,
    '',
    'The easy way is the program lifeboat-restore, which checks everything first, asks before it changes',
    'anything and keeps the old state:',
    '',
    `  lifeboat-restore verify ${set.archiveName ?? 'ARCHIVE'}`,
    `  lifeboat-restore apply ${set.archiveName ?? 'ARCHIVE'}`,
    '',
    'Without it you need nothing but tools that every system has: this is a plain ZIP file (ZIP64). Unpack it',
    'with unzip, 7-Zip, the Windows Explorer or "python3 -m zipfile -e ARCHIVE FOLDER", then follow the steps',
    'below. It holds passwords, keys and personal data: unpack it where nobody else can read.',
  ];
}

const COMPRESSED: string[] = [
  'Names in here: a letter that not every system allows in a file name is written as % and its two hex',
  'digits. manifest.json names every component as it was called, with size and SHA-256 of every file.',
  '',
  'Files ending in .zst are compressed by zstd (https://facebook.github.io/zstd, package "zstd" of every',
  'Linux, also in 7-Zip with Zstandard). To unpack one, or all in a folder:',
  '',
  '  zstd -d FILE.zst',
  '  zstd -d -r --rm FOLDER',
];

const FOLDERS: string[] = [
  'FOLDERS AND FILES',
  '',
  'files.ndjson in the folder of each component lists what it consists of, one line of JSON each: path,',
  'mode, owner, time, size, SHA-256, and the member that holds the content. Symbolic links and hard links',
  'are only there, never in the ZIP. A member of form "plain" is the file itself, "zstd" is that file',
  'compressed; "tar" is a pack of many small files, to be unpacked by "tar xf", "tar.zst" one that is',
  'compressed. All paths in packs are relative to the folder.',
  '',
  'Stop the system first, put the files in their place, then set owners and modes as files.ndjson has them.',
];

const HOW: Record<ComponentKind, string[]> = {
  'mariadb-database': [
    'MARIADB DATABASES',
    '',
    'The server must allow it (SET GLOBAL local_infile = 1), and the database must not be there yet. Go into',
    'the folder of the database, which has objects.json in it, and run:',
    '',
    '  zstd -d -r --rm rows',
    '  mariadb --default-character-set=utf8mb4 --comments < 1-tables.sql',
    '  mariadb --default-character-set=utf8mb4 --local-infile=1 --show-warnings < 2-rows.sql',
    '  mariadb --default-character-set=utf8mb4 --comments < 3-objects.sql',
    '',
    'With several databases run 1 for all, then 2 for all, then 3 for all. 2-rows.sql must give no warnings.',
    'objects.json has the same in a form for programs, with the number of rows of each table to compare.',
  ],
  'mariadb-accounts': [
    'MARIADB ACCOUNTS',
    '',
    'accounts.json lists the accounts with the statements that make them ("create") and their rights',
    '("grants"). Run those that the new server does not have, in this order, before 3-objects.sql: views,',
    'triggers, routines and events name them as their definers. Passwords are kept as hashes.',
  ],
  'mssql-database': [
    'SQL SERVER DATABASES',
    '',
    "database.bak in the folder of the database is the server's own backup; unpack database.bak.zst with zstd.",
    'Put it where the account of the SQL Server service may read it. Then run in SSMS or sqlcmd, as a sysadmin:',
    '',
    "  RESTORE FILELISTONLY FROM DISK = N'FILE.bak';",
    "  RESTORE DATABASE [NAME] FROM DISK = N'FILE.bak' WITH CHECKSUM, RECOVERY, STATS = 5,",
    "    MOVE N'LOGICAL NAME' TO N'NEW PATH.mdf', MOVE N'LOGICAL NAME_log' TO N'NEW PATH_log.ldf';",
    '',
    'with one MOVE for each line of FILELISTONLY. A database of that name must not be there yet: rename it first',
    '(ALTER DATABASE [NAME] MODIFY NAME = [NAME_old]), and give the files paths of their own. The server must be',
    'of the version in manifest.json (softwareVersion) or later. An encrypted database (TDE) needs its certificate',
    'first. Afterwards: DBCC CHECKDB, the owner (ALTER AUTHORIZATION ON DATABASE::[NAME] TO [LOGIN]), and the',
    'logins below. objects.json lists the objects and users that were in it.',
  ],
  'mssql-logins': [
    'SQL SERVER LOGINS',
    '',
    'A .bak holds users but no logins. logins.json lists those that the users need. For each that the new server',
    'lacks, with the same SID so that the users find it again:',
    '',
    '  CREATE LOGIN [NAME] WITH PASSWORD = 0xPASSWORDHASH HASHED, SID = 0xSID, CHECK_POLICY = OFF;   (type S)',
    '  CREATE LOGIN [DOMAIN\\NAME] FROM WINDOWS;                                            (types U and G)',
    '  ALTER SERVER ROLE [ROLE] ADD MEMBER [NAME];    ALTER LOGIN [NAME] DISABLE;            (as it was)',
    '',
    'A user whose login has another SID there: USE [DATABASE]; ALTER USER [NAME] WITH LOGIN = [NAME];',
  ],
  'sqlite-database': [
    'SQLITE DATABASES',
    '',
    'The database is one file, cut into parts in the folder of the component. Put it together:',
    '',
    '  zstd -d -c database-*.zst > DATABASE      (if the parts end in .zst)',
    '  cat database-* > DATABASE                 (if they do not)',
    '',
    'Stop the system, move the old database file AND those of the same name ending in -wal and -shm away',
    'together, then put this one in their place. Never leave an old -wal beside it: it would be applied to',
    'the new file. manifest.json has its mode, owner, journal mode and SHA-256.',
  ],
  folder: FOLDERS,
  file: FOLDERS,
};

const CLOSING: string[] = [
  'WHAT THIS FORMAT IS',
  '',
  'docs/archive-format.md in the sources of Lifeboat specifies it to the byte, so that a program to read it',
  'can be written again.',
];
