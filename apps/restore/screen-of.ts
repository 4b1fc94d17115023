import type { CommandContext } from '#terminal/command-context.ts';

/** How texts for a person are to be laid out: no columns where they go into a pipe or a file. */
export function screenOf({ clock, stdout }: CommandContext): { zone: string; columns: number | undefined } {
  return { zone: clock.zone(), columns: stdout.isTTY ? stdout.columns : undefined };
}
