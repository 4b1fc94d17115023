import prettyBytes from 'pretty-bytes';
import type { RestorePlan } from '#restore/plan-restore.ts';
import type { Profile } from './read-profile.ts';

/** The plan as a person reads it before saying yes: from what, to where, what is there now, which commands run. */
export function printPlan(plan: RestorePlan, profile: Profile, zone: string): string {
  const { system } = profile.settings;
  const lines = [
    `archive   ${plan.archive.name}  (number ${plan.archive.number}, ${plan.archive.state})`,
    `taken at  ${localTime(plan.archive.takenAt, zone)}`,
    `system    ${plan.system.name}, version ${plan.archive.version}; installed here: ${installed(plan)}`,
    `conf      ${profile.settings.file} (${profile.from === 'installed' ? 'installed' : `taken from the archive: ${profile.why}`})`,
    '',
    'will be restored, staged and checked first, then switched over together; the old state is kept:',
    ...plan.steps.map(
      (step) =>
        `  ${step.id.padEnd(28)} ${prettyBytes(step.bytes).padStart(9)}  to ${step.place}  (now: ${step.now})`,
    ),
    ...section(
      'stays as it is:',
      plan.left.map(({ id, why }) => `${id}: ${why}`),
    ),
    ...section('commands that will run:', [
      ...(system.stop === undefined ? [] : [`stop:  ${system.stop.join(' ')}`]),
      ...(system.start === undefined ? [] : [`start: ${system.start.join(' ')}`]),
    ]),
    ...section('space:', plan.space.map(space)),
    ...section(
      'to know:',
      plan.warnings.map(({ message, hint }) => (hint ? `${message} (${hint})` : message)),
    ),
    ...section(
      'to be agreed to:',
      plan.agreements.map(({ message }) => message),
    ),
    ...section(
      'in the way:',
      plan.refusals.map(({ message, hint }) => (hint ? `${message} (${hint})` : message)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function installed({ version }: RestorePlan): string {
  if (version.how === 'unknown') return `unknown (${version.why})`;
  return version.how === 'typed' ? `${version.version} (typed)` : version.version;
}

function space({ place, needed, free }: RestorePlan['space'][number]): string {
  return `${place}: ${prettyBytes(needed)} needed, ${free === undefined ? 'free space unknown' : `${prettyBytes(free)} free`}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function localTime(instant: string, zone: string): string {
  const time = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
  return time.toString({ smallestUnit: 'second' }).replace('T', ' ');
}
