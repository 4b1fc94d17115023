import { join } from 'node:path';
import type { Ended } from '../e2e/run-program.ts';
import { openTerminal } from '../fakes/terminal.ts';
import type { KillSystem } from './kill-system.ts';

const main = join(import.meta.dirname, '..', '..', 'apps', 'restore', 'main.ts');

/** A person at a terminal who starts the tool without a word, and says yes to what it offers. */
export async function recoverByWizard({ conf, units, temporary, server }: KillSystem): Promise<Ended> {
  const environment = { LIFEBOAT_UNITS_FOLDER: units, TMPDIR: temporary };
  await using wizard = await openTerminal([process.execPath, main, '--conf', conf], {
    columns: 200,
    environment,
  });
  await wizard.answer('Recover now?', '');
  const shown = await wizard.shows(/Password of root|ended with/);
  if (!shown.includes('ended with')) await wizard.answer('Password of root', server.password);
  const { status, text } = await wizard.ended();
  return { status, stdout: text, stderr: '' };
}
