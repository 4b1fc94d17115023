import { localTime } from '#platform/local-time.ts';
import { takeLocks } from '#restore/around/take-locks.ts';
import { type KeptRun, listKept } from '#restore/kept/list-kept.ts';
import { type BegunLog, isOfSystem, listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { forget } from '../commands/forget.ts';
import { recover } from '../commands/recover.ts';
import { undo } from '../commands/undo.ts';
import { composeRecovery } from '../compose-recovery.ts';
import { type SignInRequest, signInRequest } from '../sign-in-request.ts';
import type { Prompts } from './prompts.ts';
import { signInByQuestions } from './sign-in-by-questions.ts';
import { signInToMssqlByQuestions } from './sign-in-to-mssql-by-questions.ts';

/**
 * What comes before another restore: one that was cut off is to be recovered, and one whose old state is kept may be
 * what is to be undone. Resolves with the status of what was chosen; undefined: a restore.
 */
export async function offerRecovery(prompts: Prompts, context: CommandContext): Promise<number | undefined> {
  const { stateFolder, systemId } = await composeRecovery(context, signInRequest({}));
  const { logs, damaged } = await listRestoreLogs(stateFolder);
  const request = signInByAsking(prompts);
  const [bad] = damaged;
  if (bad !== undefined) throw bad;
  const open = logs.find(
    (log) => log.ended === undefined && (systemId === undefined || isOfSystem(log, systemId)),
  );
  if (open !== undefined) {
    await refuseAtWork(open, stateFolder, context);
    prompts.tell(`The ${open.begin.operation} ${open.run} of ${open.startedAt} was cut off.`);
    prompts.tell(
      'It has to be ended first: recover ends it in the old state or in the new one, and says in which.',
    );
    if (!(await prompts.yes('Recover now?', true))) return 0;
    return await recover(context, request, { show: false });
  }
  const kept = await listKept(stateFolder, systemId, context.clock.now());
  return kept.length === 0 ? undefined : await chooseWhat(prompts, context, request, kept);
}

/** Throws `system-locked` while it goes on: then it was not cut off. */
async function refuseAtWork(
  { begin }: BegunLog,
  stateFolder: string,
  { clock }: CommandContext,
): Promise<void> {
  await using _locks = await takeLocks([begin.system.id], { stateFolder, clock });
}

async function chooseWhat(
  prompts: Prompts,
  context: CommandContext,
  request: SignInRequest,
  kept: readonly KeptRun[],
): Promise<number | undefined> {
  const newest = kept.at(-1) as KeptRun;
  const when = localTime(Temporal.Instant.from(newest.endedAt), context.clock.zone());
  const what = await prompts.choose<'restore' | 'undo' | 'forget'>('What is to be done?', [
    { name: 'restore from an archive', value: 'restore' },
    { name: `undo the ${newest.operation} of ${when}`, value: 'undo' },
    { name: `delete what that one kept from before`, value: 'forget' },
  ]);
  if (what === 'restore') return undefined;
  const question = what === 'undo' ? 'Bring that state back now?' : 'Delete it for good?';
  if (!(await prompts.yes(question))) return 0;
  if (what === 'undo') return await undo(context, request, newest.run);
  return await forget(context, request, { run: newest.run, expired: false });
}

function signInByAsking(prompts: Prompts): SignInRequest {
  const request = signInRequest({});
  return {
    ...request,
    mariadb: { ...request.mariadb, signIn: signInByQuestions(prompts) },
    mssql: { ...request.mssql, signIn: signInToMssqlByQuestions(prompts) },
  };
}
