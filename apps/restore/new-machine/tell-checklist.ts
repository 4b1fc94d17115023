import { join } from 'node:path';
import type { RunResult } from '#journal/run-result.ts';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { oneLine } from '#platform/one-line.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { connectMariadb } from '#sources/mariadb/connect.ts';
import { readServerSettings } from '#sources/mariadb/read-server-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedRestore } from '../compose-restore.ts';
import type { RestoreRequest } from '../request.ts';
import type { ReadServer } from './checklist-parts.ts';
import { isNewMachine } from './is-new-machine.ts';
import { makeChecklist } from './make-checklist.ts';

/** The result of a finished restore with what is left to be done by hand, where it was one to another machine. */
export async function tellChecklist(
  result: RunResult,
  context: CommandContext,
  restore: ComposedRestore,
  request: RestoreRequest,
): Promise<RunResult> {
  const { archive, plan, profile, places } = restore;
  if (!isNewMachine(archive.manifest, plan, profile.from)) return result;
  const items = await attempt(async () =>
    makeChecklist(
      {
        manifest: archive.manifest,
        plan,
        settings: await settingsNow(context, profile.settings),
        environment: context.environment,
        zone: context.clock.zone(),
        readServer: readServerBy(request),
      },
      context.signal,
    ),
  );
  items.push(
    ...request.mariadbAt.map(
      (text) =>
        `sysbackup.conf has another address of a server than it was restored to: correct [mariadb ${text.replace('=', '] to ')}`,
    ),
  );
  const path = join(places.state, 'restores', `${places.runId}-checklist.txt`);
  const lines = [
    'to be done by hand on this machine, since no archive holds it:',
    ...items.map((item) => `- ${item}`),
  ];
  const saved = await attempt(async () => {
    await writeFileAtomic(path, `${lines.map(oneLine).join('\n')}\n`);
    return [`this list is in ${path}`];
  });
  return { ...result, lines: [...result.lines, ...lines, ...saved] };
}

/** The restore has ended: what cannot be told now changes nothing of it. */
async function attempt(work: () => Promise<string[]>): Promise<string[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    return [`the list of what is left to do is not whole: ${(error as Error).message}`];
  }
}

/** The conf that was restored is the one that holds. */
async function settingsNow({ conf, signal }: CommandContext, otherwise: Settings): Promise<Settings> {
  try {
    return { ...(await readSettings(conf, signal)), mariadb: otherwise.mariadb };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return otherwise;
  }
}

function readServerBy({ mariadb: { signIn } }: RestoreRequest): ReadServer {
  return async (section, signal) => {
    const server = mariadbServer(section);
    await using connection = await connectMariadb(
      signIn === undefined ? server : await signIn(server, signal),
      signal,
    );
    return { version: connection.serverVersion, settings: await readServerSettings(connection) };
  };
}
