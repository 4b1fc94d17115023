import * as z from 'zod';
import type { BackupRequest } from '#backup/backup-parts.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { describeRun } from './describe-run.ts';
import { sendRun } from './send-run.ts';
import { sendRunEvents } from './send-run-events.ts';

const backupRequest: z.ZodType<BackupRequest> = z.strictObject({
  force: z.boolean().exactOptional(),
  pin: z.strictObject({ note: z.string().min(1).max(200).exactOptional() }).exactOptional(),
});

/** FD-01, FD-04: a backup on request, the run that goes on, and its end before its time. */
export function registerRuns(server: ApiServer, systemOf: SystemOf): void {
  server.post(
    '/api/backup',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Backup Now; with Accept: text/event-stream followed to its end',
        body: backupRequest.nullish(),
      },
    },
    (request, reply) => sendRun(systemOf(request).startBackup(request.body ?? {}), request, reply),
  );
  server.get(
    '/api/run',
    { config: { role: 'viewer' }, schema: { summary: 'The run that goes on, or null' } },
    async (request) => {
      const run = systemOf(request).runs.current();
      return { run: run === undefined ? null : describeRun(run) };
    },
  );
  server.get(
    '/api/run/events',
    { config: { role: 'viewer' }, schema: { summary: 'Follow it; 204 if there is none' } },
    (request, reply) => {
      const run = systemOf(request).runs.current();
      if (run === undefined) return reply.code(204).send();
      return sendRunEvents(run, request, reply);
    },
  );
  server.post(
    '/api/run/stop',
    {
      config: { role: 'operator' },
      schema: {
        summary: 'Stop the run that goes on, and wait for its end',
        body: z.strictObject({ id: z.number().int().optional() }).nullish(),
      },
    },
    async (request) => {
      const id = request.body?.id;
      const run = systemOf(request).runs.current();
      if (run === undefined || (id !== undefined && id !== run.id)) return { stopped: false };
      run.stop('asked to stop');
      return { stopped: true, outcome: await run.ended };
    },
  );
}
