import prettyBytes from 'pretty-bytes';
import { ERRORS } from '#platform/errors.ts';
import type { SourceReport } from '#sources/source.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { askEverything } from '../ask-everything.ts';
import { composeSystem } from '../compose/compose-system.ts';

/**
 * LB-11, `lifeboat check`: could a backup run now, and could its newest archive be restored? Everything is asked,
 * nothing is changed. Status 0, or 3 if a backup would fail or be incomplete.
 */
export async function check(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const reports = await askEverything(system, context.signal);
  const ready = reports.every((report) => report.findings.every((finding) => finding.level !== 'problem'));
  if (context.json) {
    context.stdout.write(`${JSON.stringify({ ready, reports })}\n`);
  } else {
    for (const report of reports) context.stdout.write(describe(report));
    context.stdout.write(
      ready ? 'check done: a backup can run\n' : 'check failed: a backup would fail or be incomplete\n',
    );
  }
  return ready ? 0 : ERRORS.incomplete.exit;
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
