import { ERRORS } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { sendBeside } from '../channels/send-beside.ts';
import { composeNotifier } from '../compose/compose-notifier.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { watchSystem } from '../watch-system.ts';

/**
 * LB-10, `lifeboat watch`: looks once at the age of the last good backup and tells those whom the conf names, as the
 * service does by itself; for timers of machines where no service runs. Status 19 if it is too old.
 */
export async function watch(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  using notifier = await composeNotifier(system, context);
  const sending = sendBeside(notifier);
  const { lastGood, tooOld } = await watchSystem(system, sending.notifier, context.clock, context.signal);
  if (context.json) {
    context.stdout.write(
      `${JSON.stringify({ lastGood: lastGood?.toString() ?? null, tooOld: tooOld ?? null })}\n`,
    );
  } else {
    const inOrder = lastGood === undefined ? 'no good backup yet' : `the last good backup is of ${lastGood}`;
    context.stdout.write(tooOld === undefined ? `watch done: ${inOrder}\n` : `watch ALARM: ${tooOld}\n`);
  }
  await sending.end(context.signal);
  return tooOld === undefined ? 0 : ERRORS['backup-too-old'].exit;
}
