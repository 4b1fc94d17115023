import prettyBytes from 'pretty-bytes';
import { counted } from '#platform/counted.ts';
import { oneLine } from '#platform/one-line.ts';
import type { PlannedComponent, RestorePlan } from '#restore/plan/restore-plan.ts';
import type { Finding } from '#sources/source.ts';
import { wrapText } from '#terminal/wrap-text.ts';
import { localTime } from './local-time.ts';
import type { Profile } from './read-profile.ts';

/**
 * The plan as a person reads it before saying yes: from what, to where, what is there now, which commands run.
 * Names and commands may come from the archive: they are shown word for word, and none can draw on the screen.
 * What decides comes last, so that a list of many components does not scroll it away. `columns`: width of
 * the terminal; undefined where the plan goes into a file.
 */
export function printPlan(
  plan: RestorePlan,
  profile: Profile,
  { zone, columns }: { zone: string; columns: number | undefined },
): string {
  const line = (text: string, lead = ''): string => wrapText(oneLine(text), columns, lead);
  const section = (title: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : ['', line(title), ...texts.map((text) => line(text, '  - '))];
  const bytes = plan.steps.reduce((sum, step) => sum + step.bytes, 0);
  const lines = [
    line(`${plan.archive.name} (number ${plan.archive.number}, ${plan.archive.state})`, 'archive    '),
    line(localTime(plan.archive.takenAt, zone, 'second'), 'stands for '),
    line(
      `${plan.system.name}, version ${plan.archive.version}; installed here: ${installed(plan)}`,
      'system     ',
    ),
    line(confText(profile), 'conf       '),
    '',
    line(`${counted(plan.steps.length, 'component')}, ${prettyBytes(bytes)}, ${howIt(plan)}:`),
    ...plan.steps.flatMap((step) => stepLines(step, line)),
    ...section('stays as it is:', leftTexts(plan)),
    ...commandLines(profile, plan),
    ...section('to become the installed version:', migrationTexts(plan)),
    ...section('space that is needed:', plan.space.map(spaceText)),
    ...section('to know:', plan.warnings.map(findingText)),
    ...section(
      'to be agreed to:',
      plan.agreements.map(({ message }) => message),
    ),
    ...section('in the way:', plan.refusals.map(findingText)),
  ];
  return `${lines.join('\n')}\n`;
}

function howIt({ inPlace }: RestorePlan): string {
  return inPlace === undefined
    ? 'staged and checked first, then switched over together (the old state is kept)'
    : `IN PLACE: a safety archive of what is live goes to ${inPlace.safety} and is verified, then one after the other is deleted and restored`;
}

/** The size first, as the only thing of a known width; then the place on a line of its own, whole. */
function stepLines(step: PlannedComponent, line: (text: string, lead: string) => string): string[] {
  return [
    line(step.id, `${prettyBytes(step.bytes).padStart(10)}  `),
    line(`to ${step.place} (now: ${step.now})`, ' '.repeat(14)),
  ];
}

function installed({ version }: RestorePlan): string {
  if (version.how === 'unknown') return `unknown (${version.why})`;
  return version.how === 'typed' ? `${version.version} (typed)` : version.version;
}

function confText({ settings, from, why }: Profile): string {
  return from === 'installed'
    ? `${settings.file} (installed)`
    : `the one inside the archive, since ${why ?? 'no installed one could be read'}`;
}

function leftTexts(plan: RestorePlan): string[] {
  const byReason = Map.groupBy(plan.left, ({ why }) => why);
  return [...byReason].map(([why, left]) => `${left.map(({ id }) => id).join(', ')}: ${why}`);
}

/** Unbroken, and with the bounds of each argument: this is what a person agrees to. */
function commandLines({ settings: { system, hooks }, from }: Profile, { migration }: RestorePlan): string[] {
  const own = from === 'installed';
  const all = {
    migrate: migration?.command,
    stop: system.stop,
    after_restore: own ? hooks.afterRestore : undefined,
    start: system.start,
    start_check: own ? system.startCheck : undefined,
  };
  const commands = Object.entries(all).flatMap(([name, command]) =>
    command === undefined ? [] : [`  - ${name}: ${command.map(quoted).join(' ')}`],
  );
  return commands.length === 0 ? [] : ['', 'commands that will run:', ...commands.map(oneLine)];
}

/** LB-05: what an older version goes through, and what can be compared with the archive after that. */
function migrationTexts({ migration }: RestorePlan): string[] {
  if (migration === undefined) return [];
  const { from, to, range, command, changed, compared } = migration;
  const allowed = `version ${from} is in the range ${range}, which the installed sysbackup.conf says that ${to} can restore`;
  if (command === undefined) return [allowed, 'no migration is configured: everything goes live as it is'];
  const list = (ids: readonly string[]): string => (ids.length === 0 ? 'nothing' : ids.join(', '));
  return [
    `${allowed}; migrate is run on the staged copy, before anything live is touched`,
    `compared with the archive before it, then checked for integrity only, since it may change them: ${list(changed)}`,
    `compared with the archive after it: ${list(compared)}`,
  ];
}

function quoted(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : JSON.stringify(argument);
}

function spaceText({ place, what, needed, free, besides = [] }: RestorePlan['space'][number]): string {
  const parts = besides.map((part) => `${prettyBytes(part.needed)} for ${part.what}`);
  const ofIt = parts.length === 0 ? '' : ` (${parts.join(', ')} in it)`;
  const forIt = what === undefined ? '' : ` for ${what}`;
  return `${place}: ${prettyBytes(needed)} needed${forIt}${ofIt}, ${free === undefined ? 'free space unknown' : `${prettyBytes(free)} free`}`;
}

function findingText({ message, hint }: Pick<Finding, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
