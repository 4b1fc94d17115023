import prettyBytes from 'pretty-bytes';
import { nextBackupText } from '../next-backup-text.ts';
import type { Status } from '../read-status.ts';

/** The plain status page: the last backup and its outcome in words, the next one, the space. */
export function statusPage(status: Status, zone: string): string {
  const alarms = status.alarms.map(({ since, message }): [string, string] => [
    'Alarm',
    `since ${localTime(since, zone)}: ${message}`,
  ]);
  const rows: [string, string][] = [
    ...alarms,
    ['Last backup', lastBackup(status, zone)],
    [
      'Last good archive',
      status.lastGood === null
        ? 'none yet'
        : `${status.lastGood.name}, ${localTime(status.lastGood.takenAt, zone)}`,
    ],
    ['Next backup', nextBackupText(status, (instant) => localTime(instant, zone))],
    ['Archives', `${status.archives} in ${status.place}`],
    ['Space', `${prettyBytes(status.usedBytes)} used, ${prettyBytes(status.freeBytes)} free`],
  ];
  const body = rows
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Lifeboat: ${escapeHtml(status.system)}</title>
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
dt{font-weight:600;margin-top:1rem}dd{margin:0;overflow-wrap:anywhere}
</style></head>
<body><h1>${escapeHtml(status.system)}</h1><dl>
${body}
</dl></body></html>
`;
}

function lastBackup({ lastRun }: Status, zone: string): string {
  if (lastRun === null) return 'none yet';
  return `${localTime(lastRun.startedAt, zone)}: ${lastRun.state} after ${lastRun.durationMs} ms. ${lastRun.message}`;
}

function localTime(instant: string, zone: string): string {
  const time = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
  return time.toString({ smallestUnit: 'minute' }).replace('T', ' ');
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };
  return text.replaceAll(/[&<>"']/g, (character) => `&${names[character]};`);
}
