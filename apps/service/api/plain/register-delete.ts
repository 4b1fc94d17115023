import * as z from 'zod';
import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import { type DescribedArchive, describeArchives } from '../../archives/describe-archives.ts';
import { removeArchive } from '../../archives/remove-archive.ts';
import type { ComposedSystem } from '../../compose/composed-system.ts';
import type { ApiServer } from '../api-server.ts';
import { sendOutcome } from '../send-outcome.ts';
import { systemOf } from '../system-of.ts';
import { FORM, type PlainParts } from './plain-parts.ts';
import { prefersJson } from './prefers-json.ts';
import { remarkOfError } from './remark-of-error.ts';
import { remarkOfOutcome } from './remark-of-outcome.ts';
import { renderQuestion } from './render-question.ts';
import { sendPage } from './send-page.ts';
import { sendRemark } from './send-remark.ts';
import { textsFor } from './texts-for.ts';

const agreed = z.union([z.literal('yes'), z.literal(true)]).optional();

const body = z.strictObject({
  csrf: z.string().max(100).optional(),
  name: z.string().min(1).max(255).describe('file name, as the list has it'),
  confirm: agreed.describe('without it nothing is deleted: the answer asks'),
  last_good: agreed.describe('also if it is the last good one'),
});

export function registerDelete(server: ApiServer, { clock, signal, remarks }: PlainParts): void {
  server.post(
    '/settings/admin/backup/delete',
    { config: FORM, schema: { summary: 'Delete an archive, by its file name; asks first', body } },
    async (request, reply) => {
      const { name, confirm, last_good } = request.body;
      const system = await systemOf(request).compose();
      const remove = async (): Promise<Outcome> => {
        const { file } = await listed(system, name, signal);
        const agreement = { yes: confirm !== undefined, lastGood: last_good !== undefined };
        return await removeArchive(system, file, agreement, { clock, signal });
      };
      if (prefersJson(request)) return sendOutcome(await remove(), reply);
      try {
        if (confirm !== undefined) {
          return sendRemark(remarkOfOutcome(await remove()), remarks, request, reply);
        }
        const csrf = request.person?.session?.csrf ?? '';
        const question = renderQuestion(textsFor(request), await listed(system, name, signal), csrf);
        return sendPage(reply, question);
      } catch (error) {
        return sendRemark(remarkOfError(error), remarks, request, reply);
      }
    },
  );
}

/** TN-06: a name that the list does not have, by the letter, is none. */
async function listed(system: ComposedSystem, name: string, signal: AbortSignal): Promise<DescribedArchive> {
  const archives = await describeArchives(system, signal);
  const found = archives.find(({ file }) => file === name);
  if (found !== undefined) return found;
  throw new LifeboatError(
    'archive-missing',
    `there is no archive called "${name}" in ${system.destination.place}`,
  );
}
