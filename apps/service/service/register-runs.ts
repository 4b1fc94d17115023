import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { BackupRequest } from '#backup/run-backup.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Run, Runs } from './open-runs.ts';
import { describeRefusal, runEvents } from './run-events.ts';

export interface RunRoutes {
  runs: Runs;
  /** Begins a backup as it was asked for. */
  startBackup(request: BackupRequest): Run;
  /** The conf was changed: what follows from it is worked out anew. */
  settingsChanged(): void;
}

const backupRequest: z.ZodType<BackupRequest> = z.strictObject({
  force: z.boolean().exactOptional(),
  pin: z.strictObject({ note: z.string().min(1).max(200).exactOptional() }).exactOptional(),
});
const stopRequest = z.strictObject({ id: z.number().int().optional() });

/** FD-01, FD-04: a backup on request, the run that goes on, and its end before its time. */
export function registerRuns(
  server: FastifyInstance,
  { runs, startBackup, settingsChanged }: RunRoutes,
): void {
  server.setErrorHandler((error, _request, reply) => {
    reply.code(statusOf(error)).send(describeRefusal(error));
  });
  server.post('/api/backup', (request, reply) => {
    const run = startBackup(parse(backupRequest, request.body));
    if (wantsEvents(request)) return sendEvents(run, request, reply);
    return reply.code(202).send(describeRun(run));
  });
  server.get('/api/run', async () => {
    const run = runs.current();
    return { run: run === undefined ? null : describeRun(run) };
  });
  server.get('/api/run/events', (request, reply) => {
    const run = runs.current();
    if (run === undefined) return reply.code(204).send();
    return sendEvents(run, request, reply);
  });
  server.post('/api/settings/changed', async () => {
    settingsChanged();
    return {};
  });
  server.post('/api/run/stop', async (request) => {
    const { id } = parse(stopRequest, request.body);
    const run = runs.current();
    if (run === undefined || (id !== undefined && id !== run.id)) return { stopped: false };
    run.stop('asked to stop');
    return { stopped: true, outcome: await run.ended };
  });
}

function describeRun(run: Run): Record<string, unknown> {
  return {
    id: run.id,
    what: run.what,
    startedAt: run.startedAt.toString(),
    progress: run.progress() ?? null,
  };
}

function wantsEvents(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/event-stream') ?? false;
}

function sendEvents(run: Run, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  reply.header('cache-control', 'no-store').type('text/event-stream');
  return reply.send(Readable.from(runEvents(run, gone.signal), { objectMode: false }));
}

function parse<Value>(schema: z.ZodType<Value>, body: unknown): Value {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new LifeboatError('usage', `the request cannot be understood: ${z.prettifyError(parsed.error)}`);
}

function statusOf(error: unknown): number {
  if (!(error instanceof LifeboatError)) {
    const status = (error as { statusCode?: number }).statusCode;
    return status !== undefined && status >= 400 && status < 500 ? status : 500;
  }
  if (error.code === 'usage') return 400;
  return error.code === 'system-locked' ? 409 : 500;
}
