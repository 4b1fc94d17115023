import prettyBytes from 'pretty-bytes';
import { LifeboatError } from '#platform/errors.ts';
import type { Finding, SourceReport } from '#sources/source.ts';
import type { CommandContext } from '../command.ts';
import { type ComposedSystem, composeSystem } from '../compose.ts';

/** LB-11, `lifeboat check`: could a backup run now? Everything is asked, nothing is changed. Status 0, or 3 with a problem. */
export async function check(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const reports = [await checkVersion(system), await checkDestination(system, context)];
  for (const source of system.sources) reports.push(await source.check(context.signal));
  const ready = reports.every((report) => report.findings.every((finding) => finding.level !== 'problem'));
  if (context.json) {
    context.stdout.write(`${JSON.stringify({ ready, reports })}\n`);
  } else {
    for (const report of reports) context.stdout.write(describe(report));
    context.stdout.write(
      ready ? 'check done: a backup can run\n' : 'check failed: a backup would fail or be incomplete\n',
    );
  }
  return ready ? 0 : 3;
}

function describe(report: SourceReport): string {
  const facts = [
    report.source,
    report.serverVersion ?? '',
    report.bytes > 0 ? prettyBytes(report.bytes) : '',
  ];
  const mark = report.findings.some((finding) => finding.level === 'problem') ? 'problem' : 'ok     ';
  const lines = [`${mark} ${facts.filter((fact) => fact !== '').join('  ')}`];
  for (const finding of report.findings) {
    lines.push(`        ${finding.level}: ${finding.message}`);
    if (finding.hint !== undefined) lines.push(`        what to do: ${finding.hint}`);
  }
  return `${lines.join('\n')}\n`;
}

async function checkVersion(system: ComposedSystem): Promise<SourceReport> {
  const findings = await findingsOf(() => system.backup(() => undefined).system.readVersion());
  return { source: "the system's version", bytes: 0, findings };
}

async function checkDestination(system: ComposedSystem, context: CommandContext): Promise<SourceReport> {
  const findings = await findingsOf(() => system.destination.check(0, context.signal));
  return { source: `the backup path ${system.destination.place}`, bytes: 0, findings };
}

async function findingsOf(question: () => Promise<unknown>): Promise<Finding[]> {
  try {
    await question();
    return [];
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return [{ level: 'problem', message: error.message, ...hint }];
  }
}
