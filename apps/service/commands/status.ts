import prettyBytes from 'pretty-bytes';
import { localTime } from '#platform/local-time.ts';
import { oneLine } from '#platform/one-line.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose.ts';
import { nextBackupText } from '../next-backup-text.ts';
import type { KnownCopies } from '../read-copies.ts';
import { readStatus, type Status } from '../read-status.ts';
import { riskText } from '../risk-text.ts';

/** `lifeboat status`: the last backup and how it ended, the next one, the space (FD-26, BS-09). */
export async function status(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const facts = await readStatus(system, context);
  if (context.json) {
    context.stdout.write(`${JSON.stringify(facts)}\n`);
    return 0;
  }
  const time = (moment: string): string => localTime(Temporal.Instant.from(moment), context.clock.zone());
  const run = facts.lastRun;
  const lines = [
    `system        ${facts.system}`,
    ...facts.alarms.map(({ since, message }) => `ALARM         since ${time(since)}: ${oneLine(message)}`),
    ...(facts.unconfirmedSettings?.changes ?? []).map(
      (change) => `CONFIRM       a restore brought it back: ${change}`,
    ),
    `last backup   ${run === null ? 'none yet' : `${time(run.startedAt)}  ${run.state}: ${run.message}`}`,
    ...(run === null ? [] : [`took          ${run.durationMs === 0 ? 'unknown' : `${run.durationMs} ms`}`]),
    `last good     ${facts.lastGood === null ? 'none yet' : `${time(facts.lastGood.takenAt)}  ${facts.lastGood.name}`}`,
    `next backup   ${nextBackupText(facts, time)}`,
    ...drillLines(facts, time),
    `archives      ${facts.archives} in ${facts.place}, ${prettyBytes(facts.usedBytes)} used, ${prettyBytes(facts.freeBytes)} free`,
    ...(facts.second === null ? [] : [`copies        ${copiesText(facts.second)}`]),
    ...facts.risks.map((risk) => `RISK          ${oneLine(riskText(risk).message)}`),
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** Nothing where no drill was ever made and none is due. */
function drillLines({ lastDrill, nextDrill }: Status, time: (moment: string) => string): string[] {
  if (lastDrill === null && nextDrill === null) return [];
  const last =
    lastDrill === null
      ? 'none yet'
      : `${time(lastDrill.startedAt)}  ${lastDrill.result}: ${oneLine(lastDrill.message)}`;
  return [
    `last drill    ${last}`,
    `next drill    ${nextDrill === null ? 'none by itself' : `due ${time(nextDrill)}`}`,
  ];
}

function copiesText({ archives, place, usedBytes, freeBytes }: KnownCopies): string {
  return `${archives} in ${place}, ${prettyBytes(usedBytes)} used, ${prettyBytes(freeBytes)} free`;
}
