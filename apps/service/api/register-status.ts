import * as z from 'zod';
import type { Clock } from '#platform/clock.ts';
import { readHistory } from '../status/read-history.ts';
import { type JournalPlace, readJournal } from '../status/read-journal.ts';
import { readStatus } from '../status/read-status.ts';
import type { ApiServer, SystemOf } from './api-server.ts';

/** How things stand and what happened (FD-16, FD-26, FD-31). */
export function registerStatus(
  server: ApiServer,
  systemOf: SystemOf,
  context: { clock: Clock; signal: AbortSignal },
): void {
  const viewer = { role: 'viewer' } as const;
  server.get(
    '/api/status',
    { config: viewer, schema: { summary: 'The last backup, the next one, the space' } },
    async (request) => await readStatus(await systemOf(request).compose(), context),
  );
  server.get(
    '/api/history',
    { config: viewer, schema: { summary: 'Backups that were made, newest first' } },
    async (request) => await readHistory(await systemOf(request).compose()),
  );
  server.get(
    '/api/history/path',
    { config: viewer, schema: { summary: 'Where backupHistory.json is' } },
    async (request) => ({ path: (await systemOf(request).compose()).history.path }),
  );
  server.get(
    '/api/journal',
    {
      config: viewer,
      schema: {
        summary: 'The last lines of the journal, newest last; with `before` the ones before those',
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(1000).default(200),
          before: z
            .string()
            .regex(/^\d{1,3}(-\d{1,15})?$/)
            .optional()
            .describe('as the answer before had it; null there: nothing is before it'),
        }),
      },
    },
    async (request) => {
      const { limit, before } = request.query;
      const { folder } = (await systemOf(request).compose()).journal;
      const page = await readJournal(folder, {
        limit,
        before: before === undefined ? undefined : placeOf(before),
      });
      return { lines: page.lines, before: page.before === undefined ? null : nameOf(page.before) };
    },
  );
}

/** `3-4711`, or `3` for the end of that file. */
function nameOf({ number, offset }: JournalPlace): string {
  return offset === undefined ? String(number) : `${number}-${offset}`;
}

function placeOf(name: string): JournalPlace {
  const [number, offset] = name.split('-').map(Number);
  return { number: number ?? 1, offset };
}
