import * as z from 'zod';
import { pause } from '#platform/pause.ts';
import type { Run } from '../../service/open-runs.ts';
import type { ApiServer } from '../api-server.ts';
import { sendRun } from '../send-run.ts';
import type { ServedSystem } from '../served-system.ts';
import { systemOf } from '../system-of.ts';
import type { Remark } from './open-remarks.ts';
import { FORM, type PlainParts } from './plain-parts.ts';
import type { PlainTexts } from './plain-texts.ts';
import { prefersJson } from './prefers-json.ts';
import { remarkOfError } from './remark-of-error.ts';
import { remarkOfOutcome } from './remark-of-outcome.ts';
import { sendRemark } from './send-remark.ts';
import { textsFor } from './texts-for.ts';

/** Most backups of a tenant have ended by then; the page of one that has not looks again by itself. */
const PATIENCE_MS = 3_000;

export function registerCreate(server: ApiServer, parts: PlainParts): void {
  server.post(
    '/settings/admin/backup/create',
    {
      config: FORM,
      schema: {
        summary: 'Make a backup now; as JSON its id (202), or server-sent events if Accept has them',
        body: z.strictObject({ csrf: z.string().max(100).optional() }).nullish(),
      },
    },
    async (request, reply) => {
      const served = systemOf(request);
      if (prefersJson(request)) return sendRun(served.startBackup({}), request, reply);
      const remark = await begin(served, textsFor(request), parts.signal);
      return sendRemark(remark, parts.remarks, request, reply);
    },
  );
}

async function begin(served: ServedSystem, t: PlainTexts, signal: AbortSignal): Promise<Remark> {
  try {
    return await endOf(served.startBackup({}), t, signal);
  } catch (error) {
    return remarkOfError(error);
  }
}

async function endOf(run: Run, t: PlainTexts, signal: AbortSignal): Promise<Remark> {
  const enough = new AbortController();
  const goesOn = pause(PATIENCE_MS, AbortSignal.any([signal, enough.signal])).then(
    (): Remark => ({ good: true, text: t.begun }),
  );
  try {
    return await Promise.race([run.ended.then(remarkOfOutcome), goesOn]);
  } finally {
    enough.abort();
  }
}
