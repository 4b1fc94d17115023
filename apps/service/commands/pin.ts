import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { changePin } from '../archives/change-pin.ts';
import { composeSystem } from '../compose/compose-system.ts';

/** `lifeboat pin ARCHIVE`: keeps an archive from the rotation until it is released (BT-09). */
export async function pin(context: CommandContext, name: string, note: string | undefined): Promise<number> {
  return endRun(await changePin(await composeSystem(context), name, { pin: { note } }, context), context);
}

/** `lifeboat release ARCHIVE`: counts and removes it again as any other. */
export async function release(context: CommandContext, name: string): Promise<number> {
  return endRun(await changePin(await composeSystem(context), name, 'release', context), context);
}
