import prettyBytes from 'pretty-bytes';
import { localTime } from '#platform/local-time.ts';
import { oneLine } from '#platform/one-line.ts';
import { type KeptRun, listKept } from '#restore/kept/list-kept.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeRecovery } from '../compose-recovery.ts';
import { signInRequest } from '../sign-in-request.ts';

/** `lifeboat-restore kept`: what is kept of the states before restores, where, how much, and until when. */
export async function kept(context: CommandContext): Promise<number> {
  const { stateFolder, systemId } = await composeRecovery(context, signInRequest({}));
  const runs = await listKept(stateFolder, systemId, context.clock.now());
  if (context.json) {
    const facts = runs.map(({ log: _, ...facts }) => facts);
    context.stdout.write(`${JSON.stringify(facts)}\n`);
    return 0;
  }
  const lines = runs.flatMap((run) => linesOf(run, context.clock.zone()));
  const text = lines.length === 0 ? ['nothing is kept from before a restore'] : lines;
  context.stdout.write(text.map((line) => `${oneLine(line)}\n`).join(''));
  return 0;
}

function linesOf(run: KeptRun, zone: string): string[] {
  const time = (moment: string): string => localTime(Temporal.Instant.from(moment), zone);
  const of = run.operation === 'restore' ? `the restore of ${run.archive}` : 'an undo';
  const until = run.expired
    ? `kept for its time, which ended ${time(run.keepUntil)}: lifeboat-restore forget --expired deletes it`
    : `kept until ${time(run.keepUntil)} at least`;
  return [
    `${run.run}  from before ${of} on ${time(run.endedAt)}, ${prettyBytes(run.bytes)}, ${until}`,
    ...run.states.map(
      ({ component, place, bytes }) =>
        `  ${component}: ${place}${bytes === undefined ? '' : ` (${prettyBytes(bytes)})`}`,
    ),
  ];
}
