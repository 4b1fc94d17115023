import prettyBytes from 'pretty-bytes';
import { ERRORS } from '#platform/errors.ts';
import { localTime } from '#platform/local-time.ts';
import { oneLine } from '#platform/one-line.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { nextBackupText } from '../status/next-backup-text.ts';
import { readStatus, type Status } from '../status/read-status.ts';
import { riskText } from '../status/risk-text.ts';

/**
 * `lifeboat status`: the last backup and how it ended, the next one, the space (FD-26, BS-09). Where the backup path
 * cannot be looked at, all else is shown, with the exit status of what stands in the way.
 */
export async function status(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const facts = await readStatus(system, context);
  const time = (moment: string): string => localTime(Temporal.Instant.from(moment), context.clock.zone());
  context.stdout.write(context.json ? `${JSON.stringify(facts)}\n` : `${linesOf(facts, time).join('\n')}\n`);
  return facts.placeProblem === null ? 0 : ERRORS[facts.placeProblem.code].exit;
}

function linesOf(facts: Status, time: (moment: string) => string): string[] {
  const { lastRun: run, lastGood: good } = facts;
  return [
    `system        ${facts.system}`,
    ...facts.alarms.map(({ since, message }) => `ALARM         since ${time(since)}: ${oneLine(message)}`),
    ...(facts.unconfirmedSettings?.changes ?? []).map(
      (change) => `CONFIRM       a restore brought it back: ${change}`,
    ),
    `last backup   ${run === null ? 'none yet' : `${time(run.startedAt)}  ${run.state}: ${run.message}`}`,
    ...(run === null ? [] : [`took          ${run.durationMs === 0 ? 'unknown' : `${run.durationMs} ms`}`]),
    `last good     ${goodText(facts, good && `${time(good.takenAt)}  ${good.name}`)}`,
    `next backup   ${nextBackupText(facts, time)}`,
    ...drillLines(facts, time),
    ...facts.kept.map((kept) => keptLine(kept, time)),
    ...placeLines(facts),
    ...facts.risks.map((risk) => `RISK          ${oneLine(riskText(risk).message)}`),
  ];
}

/** The state before a restore takes its room until somebody has it forgotten. */
function keptLine(
  { run, endedAt, keepUntil, expired, bytes }: Status['kept'][number],
  time: (moment: string) => string,
): string {
  const until = expired ? 'its time is over: lifeboat-restore forget --expired' : `until ${time(keepUntil)}`;
  return `kept          from before ${run} (${time(endedAt)}), ${prettyBytes(bytes)}, ${until}`;
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

function goodText({ placeProblem }: Status, good: string | null): string {
  return good ?? (placeProblem === null ? 'none yet' : 'unknown');
}

function placeLines({ place, placeProblem: problem, second, ...first }: Status): string[] {
  const hint = problem?.hint === undefined ? '' : `; ${problem.hint}`;
  const sizes = (used: number | null, free: number | null): string =>
    `${prettyBytes(used ?? 0)} used, ${prettyBytes(free ?? 0)} free`;
  return [
    problem === null
      ? `archives      ${first.archives} in ${place}, ${sizes(first.usedBytes, first.freeBytes)}`
      : `PROBLEM       ${oneLine(problem.message)}${hint}`,
    ...(second === null
      ? []
      : [
          `copies        ${second.archives} in ${second.place}, ${sizes(second.usedBytes, second.freeBytes)}`,
        ]),
  ];
}
