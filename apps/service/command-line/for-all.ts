import { LifeboatError } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';

/** For commands that are not about one system: a tenant that is named would be passed over in silence. */
export function forAll(context: CommandContext): CommandContext {
  if (context.tenant === undefined) return context;
  throw new LifeboatError('usage', '--tenant has no meaning for this command');
}
