import type { CommandContext } from '../command.ts';
import { applyPlan } from '../commands/apply.ts';
import { composeRestore } from '../compose.ts';
import { openLocalArchive } from '../open-local-archive.ts';
import { printPlan } from '../print-plan.ts';
import { readInstalled } from '../read-installed.ts';
import { readProfile } from '../read-profile.ts';
import type { RestoreRequest } from '../request.ts';
import { askAgreements } from './ask-agreements.ts';
import { askArchive } from './ask-archive.ts';
import { askComponents } from './ask-components.ts';
import { openPrompts, type Prompts } from './prompts.ts';
import { signInByQuestions } from './sign-in-by-questions.ts';

/**
 * The restore, question by question: archive, parts, version, sign-in, plan, yes. Every question can be left
 * with Ctrl+C; until the last yes nothing is changed.
 */
export async function runWizard(context: CommandContext): Promise<number> {
  const prompts = await openPrompts(context);
  context.stdout.write(
    'lifeboat-restore brings a system back from an archive.\nNothing is changed before you say yes.\n\n',
  );
  const request = await askForRequest(prompts, context);

  await using restore = await composeRestore(request, context, context.signal);
  const { plan } = restore;
  context.stdout.write(`\n${printPlan(plan, restore.profile, context.clock.zone())}\n`);
  if (plan.refusals.length > 0) return await applyPlan(context, restore, request);
  const agreed = await askAgreements(prompts, plan, request);
  const confirmed = await prompts.yes(`Restore ${plan.steps.length} components now?`);
  return await applyPlan(context, restore, { ...agreed, confirmed });
}

async function askForRequest(prompts: Prompts, context: CommandContext): Promise<RestoreRequest> {
  const path = await askArchive(prompts, context);
  await using archive = await openLocalArchive(path, context.signal);
  const profile = await readProfile(context.conf, archive, context.signal);
  const { version } = await readInstalled(profile, undefined);
  return {
    archive: path,
    only: await askComponents(prompts, archive.manifest),
    installedVersion: version.how === 'unknown' ? await askVersion(prompts, version.why) : undefined,
    trustArchive: undefined,
    agreed: new Set(),
    confirmed: false,
    mariadb: {
      signIn: signInByQuestions(prompts, context),
      endSessions: false,
      replaceAccounts: false,
      globalAccounts: false,
      localInfile: 'switch-on',
    },
  };
}

function askVersion(prompts: Prompts, why: string): Promise<string> {
  return prompts.text(
    `The installed version could not be read (${why}). Which version is installed?`,
    (text) => (text.trim() === '' ? 'type the version, as the product shows it' : true),
  );
}
