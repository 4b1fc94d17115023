import * as z from 'zod';
import type { Clock } from '#platform/clock.ts';
import { changePin } from '../archives/change-pin.ts';
import { describeArchives } from '../archives/describe-archives.ts';
import { locateArchive } from '../archives/locate-archive.ts';
import { openOwn } from '../archives/open-own.ts';
import { removeArchive } from '../archives/remove-archive.ts';
import { verifyNow } from '../archives/verify-now.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { sendArchive } from './send-archive.ts';
import { sendOutcome } from './send-outcome.ts';
import { sendRun } from './send-run.ts';

const params = z.object({ name: z.string().min(1).max(255) });

/** The archives of a system: what there is, and everything that is done with one. `signal`: the service's end. */
export function registerArchives(
  server: ApiServer,
  systemOf: SystemOf,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): void {
  server.get(
    '/api/archives',
    { config: { role: 'viewer' }, schema: { summary: 'All archives, newest first' } },
    async (request) => await describeArchives(await systemOf(request).compose(), signal),
  );
  server.get(
    '/api/archives/:name/file',
    { config: { role: 'administrator' }, schema: { summary: 'Download an archive; takes Range', params } },
    async (request, reply) => {
      const { name } = request.params;
      const { entry, access } = await openOwn(await systemOf(request).compose(), name, signal);
      return await sendArchive(entry, access, request, reply);
    },
  );
  server.post(
    '/api/archives/:name/verify',
    {
      config: { role: 'operator' },
      schema: { summary: 'Read an archive back and compare every hash, as a run', params },
    },
    async (request, reply) => {
      const served = systemOf(request);
      const { name } = request.params;
      const system = await served.compose();
      // Of what is not there no run is begun.
      await locateArchive(system, name, signal);
      const run = served.runs.begin(`the verification of ${name}`, async (how) =>
        verifyNow(await served.compose(), name, { clock, ...how }),
      );
      return sendRun(run, request, reply);
    },
  );
  registerKeeping(server, systemOf, { clock, signal });
}

/** Whether one of them stays. */
function registerKeeping(
  server: ApiServer,
  systemOf: SystemOf,
  parts: { clock: Clock; signal: AbortSignal },
): void {
  server.delete(
    '/api/archives/:name',
    {
      config: { role: 'administrator' },
      schema: {
        summary: 'Delete an archive',
        params,
        body: z.strictObject({ lastGood: z.boolean().optional() }).nullish(),
      },
    },
    async (request, reply) => {
      const agreed = { yes: true, lastGood: request.body?.lastGood ?? false };
      const system = await systemOf(request).compose();
      return sendOutcome(await removeArchive(system, request.params.name, agreed, parts), reply);
    },
  );
  server.post(
    '/api/archives/:name/pin',
    {
      config: { role: 'administrator' },
      schema: {
        summary: 'Keep an archive until it is released',
        params,
        body: z.strictObject({ note: z.string().max(200).optional() }).nullish(),
      },
    },
    async (request, reply) => {
      const system = await systemOf(request).compose();
      const change = { pin: { note: request.body?.note } };
      return sendOutcome(await changePin(system, request.params.name, change, parts), reply);
    },
  );
  server.post(
    '/api/archives/:name/release',
    { config: { role: 'administrator' }, schema: { summary: 'Let it go as any other', params } },
    async (request, reply) => {
      const system = await systemOf(request).compose();
      return sendOutcome(await changePin(system, request.params.name, 'release', parts), reply);
    },
  );
}
