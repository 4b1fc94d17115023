import { refuseArchive } from '#restore/plan/plan-restore.ts';
import type { RestoreOption } from '#sources/source.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { applyPlan } from '../commands/apply.ts';
import { type ComposedRestore, composeRestore } from '../compose-restore.ts';
import { onDatabaseServer } from '../on-database-server.ts';
import { openLocalArchive } from '../open-local-archive.ts';
import { printPlan } from '../print-plan.ts';
import { readInstalled } from '../read-installed.ts';
import { readProfile } from '../read-profile.ts';
import { type RestoreRequest, signedInNowhere } from '../request.ts';
import { screenOf } from '../screen-of.ts';
import { askAgreements } from './ask-agreements.ts';
import { askArchive } from './ask-archive.ts';
import { askComponents } from './ask-components.ts';
import { askInPlace } from './ask-in-place.ts';
import { askLocalInfile } from './ask-local-infile.ts';
import { askOptions, withOptions } from './ask-options.ts';
import { offerRecovery } from './offer-recovery.ts';
import { openPrompts, type Prompts } from './prompts.ts';
import { signInByQuestions } from './sign-in-by-questions.ts';
import { signInToMssqlByQuestions } from './sign-in-to-mssql-by-questions.ts';

/**
 * The restore, question by question: archive, version, parts, agreements, sign-in, plan, yes. Whatever can be
 * refused or declined without a database server comes before anybody types a password, and a server that only
 * the archive names is not spoken to before that is agreed to. Every question can be left with Ctrl+C; until
 * the last yes nothing is changed.
 */
export async function runWizard(context: CommandContext): Promise<number> {
  const prompts = await openPrompts(context);
  prompts.tell('lifeboat-restore brings a system back from an archive.');
  prompts.tell('Nothing is changed before the last question is answered with yes. Ctrl+C leaves.');
  prompts.tell('');
  const recovered = await offerRecovery(prompts, context);
  if (recovered !== undefined) return recovered;
  return await restoreAsAsked(prompts, context, await askForRequest(prompts, context));
}

async function restoreAsAsked(
  prompts: Prompts,
  context: CommandContext,
  request: RestoreRequest,
): Promise<number> {
  await using restore = await composeRestore(signedInNowhere(request), context, context.signal);
  const { plan } = restore;
  const onServers = plan.steps.some(onDatabaseServer);
  const refused = plan.refusals.length > 0;
  if (refused || !onServers || restore.profile.from === 'archive') show(restore, context);
  const inPlace = refused ? await askInPlace(prompts, restore, request) : undefined;
  if (inPlace !== undefined) return await restoreAsAsked(prompts, context, inPlace);
  if (refused) return await applyPlan(context, restore, request, never);
  const agreed = await askAgreements(prompts, plan, request);
  if (!agreed.all) return await applyPlan(context, restore, agreed.request, never);
  if (!onServers) return await confirmAndApply(prompts, context, restore, agreed.request);
  return await restoreOnServers(prompts, context, agreed.request);
}

async function askForRequest(prompts: Prompts, context: CommandContext): Promise<RestoreRequest> {
  const path = await askArchive(prompts, context);
  await using archive = await openLocalArchive(path, context.signal);
  const { manifest } = archive;
  const profile = await readProfile(context.conf, archive, context.signal);
  const { version } = await readInstalled(profile, undefined);
  const installedVersion = version.how === 'unknown' ? await askVersion(prompts, version.why) : undefined;
  const refused = refuseArchive(manifest, await readInstalled(profile, installedVersion)).length > 0;
  return {
    archive: path,
    only: refused ? undefined : await askComponents(prompts, manifest, context.clock.zone()),
    installedVersion,
    trustArchive: undefined,
    mariadbAt: [],
    inPlace: undefined,
    safety: undefined,
    agreed: new Set(),
    confirmed: false,
    mariadb: {
      signIn: signInByQuestions(prompts),
      endSessions: false,
      replaceAccounts: false,
      globalAccounts: false,
      dropDamaged: false,
      localInfile: askLocalInfile(prompts),
    },
    mssql: { signIn: signInToMssqlByQuestions(prompts), globalAccounts: false, dropDamaged: false },
  };
}

function askVersion(prompts: Prompts, why: string): Promise<string> {
  prompts.tell(`The installed version could not be read: ${why}.`);
  return prompts.text('Which version of the system is installed here?', (text) =>
    text.trim() === '' ? 'type the version, as the product shows it' : true,
  );
}

/** Signs in, shows the plan, and makes it anew as often as an answer changes it. */
async function restoreOnServers(
  prompts: Prompts,
  context: CommandContext,
  agreed: RestoreRequest,
): Promise<number> {
  const asked = new Set<RestoreOption>();
  let request = agreed;
  for (;;) {
    await using restore = await composeRestore(request, context, context.signal);
    show(restore, context);
    const refused = restore.plan.refusals.length > 0;
    const inPlace = refused ? await askInPlace(prompts, restore, request) : undefined;
    if (inPlace !== undefined) {
      request = inPlace;
      continue;
    }
    const changed = refused ? undefined : await askOptions(prompts, restore.plan, asked);
    if (changed === undefined) return await confirmAndApply(prompts, context, restore, request);
    request = withOptions(request, changed);
  }
}

async function confirmAndApply(
  prompts: Prompts,
  context: CommandContext,
  restore: ComposedRestore,
  request: RestoreRequest,
): Promise<number> {
  const { refusals, steps } = restore.plan;
  const what = steps.length === 1 ? 'this component' : `these ${steps.length} components`;
  const confirmed = refusals.length === 0 && (await prompts.yes(`Restore ${what} now?`));
  return await applyPlan(context, restore, { ...request, confirmed }, () =>
    prompts.yes("The system's check failed. Bring the state of before the restore back now?", true),
  );
}

/** What is refused, or was not agreed to, changes nothing that could fail a check. */
async function never(): Promise<boolean> {
  return false;
}

function show({ plan, profile }: ComposedRestore, context: CommandContext): void {
  context.stdout.write(`\n${printPlan(plan, profile, screenOf(context))}\n`);
}
