import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { confirmSettings as confirm } from '../settings/confirm-settings.ts';

/** `lifeboat settings --confirm`: the backup settings that a restore brought back are those that are wanted. */
export async function confirmSettings(context: CommandContext): Promise<number> {
  const lines = await confirm(await composeSystem(context));
  context.stdout.write(context.json ? `${JSON.stringify({ lines })}\n` : `${lines.join('\n')}\n`);
  return 0;
}
