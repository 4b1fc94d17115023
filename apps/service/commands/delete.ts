import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { type DeleteAgreement, removeArchive } from '../archives/remove-archive.ts';
import { composeSystem } from '../compose/compose-system.ts';

/** `lifeboat delete ARCHIVE`: removes one archive by hand. */
export async function deleteArchive(
  context: CommandContext,
  name: string,
  agreement: DeleteAgreement,
): Promise<number> {
  const system = await composeSystem(context);
  return endRun(await removeArchive(system, name, agreement, context), context);
}
