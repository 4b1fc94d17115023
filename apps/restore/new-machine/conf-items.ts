import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import type { SecretSource } from '#settings/secret-source.ts';
import type { Settings } from '#settings/settings.ts';
import type { ChecklistParts } from './checklist-parts.ts';

/** Files, programs, folders and variables that the conf names and that are not here: none of them is in an archive. */
export async function confItems({ settings, environment }: ChecklistParts): Promise<string[]> {
  const items: string[] = [];
  for (const { path, what } of filesNamed(settings)) {
    if (!(await canRead(path))) items.push(`write ${path}, ${what}: it is not here, or cannot be read`);
  }
  for (const { path, what } of programsNamed(settings)) {
    if (isAbsolute(path) && !(await canRead(path))) items.push(`install ${path}, ${what}: it is not here`);
  }
  for (const { variable, what } of variablesNamed(settings)) {
    if (environment[variable] === undefined) items.push(`set ${variable}, ${what}, for the service`);
  }
  const { path } = settings.backup;
  const archives = await namesIn(path);
  if (archives === undefined)
    items.push(`make or mount the backup path ${path}: without it there are no backups`);
  else if (!archives.some((name) => name.endsWith('.zip'))) {
    items.push(`copy the earlier archives to the backup path ${path}: it holds none`);
  }
  return items;
}

interface Named {
  path: string;
  what: string;
}

function secretsNamed(settings: Settings): { secret: SecretSource; what: string }[] {
  const ofServers = (['mariadb', 'mssql'] as const).flatMap((kind) =>
    settings[kind].map(({ name, password }) => ({
      secret: password,
      what: `the password of [${kind} ${name}]`,
    })),
  );
  const ofChannels = settings.channels.map((channel) => ({
    secret: channel.kind === 'mail' ? channel.password : channel.url,
    what:
      channel.kind === 'mail'
        ? `the password of [mail ${channel.name}]`
        : `the address of [${channel.kind} ${channel.name}]`,
  }));
  return [...ofServers, ...ofChannels].flatMap(({ secret, what }) =>
    secret === undefined ? [] : [{ secret, what }],
  );
}

function filesNamed(settings: Settings): Named[] {
  const tls = settings.mariadb.flatMap(({ name, tls: files }) =>
    [files?.ca, files?.certificate, files?.key].flatMap((path) =>
      path === undefined ? [] : [{ path, what: `a TLS file of [mariadb ${name}]` }],
    ),
  );
  const secrets = secretsNamed(settings).flatMap(({ secret, what }) =>
    secret.from === 'file' ? [{ path: secret.file, what }] : [],
  );
  const { version } = settings.system;
  const ofVersion =
    version.from === 'literal' ? [] : [{ path: version.file, what: "which tells the system's version" }];
  return [...secrets, ...tls, ...ofVersion];
}

function programsNamed({ system, hooks, versions }: Settings): Named[] {
  const commands = {
    '"stop" of [system]': system.stop,
    '"start" of [system]': system.start,
    '"before" of [hooks]': hooks.before,
    '"after" of [hooks]': hooks.after,
    '"alert" of [hooks]': hooks.alert,
    '"migrate" of [versions]': versions.migrate?.command,
  };
  return Object.entries(commands).flatMap(([what, command]) => {
    const [path] = command ?? [];
    return path === undefined ? [] : [{ path, what }];
  });
}

function variablesNamed(settings: Settings): { variable: string; what: string }[] {
  return secretsNamed(settings).flatMap(({ secret, what }) =>
    secret.from === 'environment' ? [{ variable: secret.variable, what }] : [],
  );
}

async function canRead(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

async function namesIn(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
