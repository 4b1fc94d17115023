import { type ComponentChildren, h } from 'preact';
import prettyBytes from 'pretty-bytes';
import type { DescribedArchive } from '../../archives/describe-archives.ts';
import { buttonForm } from './button-form.ts';
import type { Remark } from './open-remarks.ts';
import type { PlainTexts } from './plain-texts.ts';
import type { PlainBackups } from './read-backups.ts';
import { renderPage } from './render-page.ts';
import { settingsForm } from './settings-form.ts';

/** Seconds between two looks at a backup that runs. */
const AGAIN = 3;

export interface Shown {
  backups: PlainBackups;
  csrf: string;
  remark: Remark | undefined;
  zone: string;
}

/** List and settings (TN-04), for whoever may change them. */
export function renderBackups(t: PlainTexts, { backups, csrf, remark, zone }: Shown): string {
  const { status, archives, running } = backups;
  const when = (at: string): string => timeText(at, t, zone);
  const top = '../../';
  return renderPage(t, { title: t.title(backups.system), top, again: running ? AGAIN : undefined }, [
    remark === undefined ? null : notice(remark.good ? t.done : t.failed, remark),
    backups.problem === undefined
      ? null
      : notice(t.failed, { text: backups.problem.message, ...backups.problem }),
    h('p', null, h('a', { href: top }, t.toPage)),
    h(
      'p',
      null,
      status?.lastRun ? t.lastBackup(status.lastRun.message, when(status.lastRun.startedAt)) : t.noBackup,
    ),
    status?.nextRun ? h('p', null, t.next(when(status.nextRun))) : null,
    status?.notByItself ? h('p', { role: 'alert' }, t.neverByItself(status.notByItself)) : null,
    running
      ? h('p', { role: 'status' }, t.running)
      : buttonForm({ action: 'backup/create', csrf, text: t.create }),
    h('h2', null, t.list),
    archives.length === 0 ? h('p', null, t.none) : archiveTable(t, { archives, csrf, when, top }),
    h('h2', null, t.settings),
    settingsForm(t, { values: backups.values, csrf, remark }),
  ]);
}

function notice(title: string, { text, hint }: Pick<Remark, 'text' | 'hint'>): ComponentChildren {
  const lines = text.split('\n').map((line) => h('p', null, line));
  return h(
    'article',
    { role: 'alert' },
    h('h2', null, title),
    lines,
    hint === undefined ? null : h('p', null, hint),
  );
}

function archiveTable(
  t: PlainTexts,
  {
    archives,
    csrf,
    when,
    top,
  }: { archives: readonly DescribedArchive[]; csrf: string; when: (at: string) => string; top: string },
): ComponentChildren {
  const { time, size, state, file, actions } = t.columns;
  const heads = [time, size, state, file, actions].map((head) => h('th', { scope: 'col' }, head));
  const rows = archives.map((archive) =>
    h(
      'tr',
      null,
      h('td', { 'data-label': time }, archive.startedAt === undefined ? '' : when(archive.startedAt)),
      h('td', { 'data-label': size }, prettyBytes(archive.bytes, { locale: t.language })),
      h('td', { 'data-label': state }, archive.lastGood ? `${archive.state}, ${t.lastGood}` : archive.state),
      h('td', { 'data-label': file }, archive.file),
      h(
        'td',
        { 'data-label': actions },
        h('a', { href: `${top}api/archives/${encodeURIComponent(archive.file)}/file` }, t.download),
        buttonForm({
          action: 'backup/delete',
          csrf,
          fields: { name: archive.file },
          text: t.delete,
          label: `${t.delete}: ${archive.file}`,
          look: 'small secondary',
        }),
      ),
    ),
  );
  return h('table', { class: 'stacked' }, h('thead', null, h('tr', null, heads)), h('tbody', null, rows));
}

function timeText(at: string, { language }: PlainTexts, zone: string): string {
  const { epochMilliseconds } = Temporal.Instant.from(at);
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone,
  });
  return format.format(epochMilliseconds);
}
