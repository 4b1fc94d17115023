import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { CHANNEL_KINDS } from '#settings/channel-keys.ts';
import type { ChannelSettings } from '#settings/channel-settings.ts';
import { removeChannel } from '../channels/remove-channel.ts';
import { saveChannel } from '../channels/save-channel.ts';
import { saveWatch } from '../channels/save-watch.ts';
import type { ComposedSystem } from '../composed-system.ts';
import type { ApiServer, SystemOf } from './api-server.ts';
import { channelParams, channelSecret, channelValue, channelValues } from './channel-schemas.ts';
import { nothingHere } from './nothing-here.ts';

/** Channels made, changed and removed, and `[watch]`; what is wrong is named by its key, and nothing is saved then. */
export function registerChannelChanges(server: ApiServer, systemOf: SystemOf, signal: AbortSignal): void {
  const config = { role: 'administrator', where: 'service' } as const;
  const response = { 200: z.object({ changed: z.array(z.string()) }) };
  const change = async (
    request: FastifyRequest,
    make: (system: ComposedSystem) => Promise<string[]>,
  ): Promise<{ changed: string[] }> => {
    const served = systemOf(request);
    const changed = await make(await served.compose());
    served.settingsChanged();
    return { changed };
  };
  server.post(
    '/api/channels',
    { config, schema: { summary: 'Add a channel', body: newChannel, response } },
    async (request) => {
      const { name, ...body } = request.body;
      const wanted = { ...body, name: name.trim().replace(/\s+/g, ' '), isNew: true };
      return await change(request, (system) => saveChannel(system, wanted, signal));
    },
  );
  server.patch(
    '/api/channels/:name',
    {
      config,
      schema: { summary: 'Change a channel', params: channelParams, body: changedChannel, response },
    },
    async (request) => {
      const { values = {}, secret } = request.body;
      const wanted = { ...readName(request.params.name), isNew: false, values, secret };
      return await change(request, (system) => saveChannel(system, wanted, signal));
    },
  );
  server.delete(
    '/api/channels/:name',
    {
      config,
      schema: { summary: 'Remove a channel, and what was typed for it', params: channelParams, response },
    },
    async (request) => await change(request, (system) => removeChannel(system, request.params.name, signal)),
  );
  server.put(
    '/api/watch',
    {
      config,
      schema: {
        summary: 'How old the last good backup may become; null: as the schedule allows',
        body: z.strictObject({ values: z.strictObject({ max_age: channelValue }) }),
        response,
      },
    },
    async (request) => await change(request, (system) => saveWatch(system, request.body.values, signal)),
  );
}

const newChannel = z.strictObject({
  kind: z.enum(CHANNEL_KINDS),
  name: z.string().max(400),
  values: channelValues,
  secret: channelSecret.optional(),
});

const changedChannel = z
  .strictObject({ values: channelValues.optional(), secret: channelSecret.nullable().optional() })
  .describe('what is not named stays as it is; secret null: no password any more');

function readName(text: string): { kind: ChannelSettings['kind']; name: string } {
  const [word = '', ...rest] = text.split(' ');
  const kind = CHANNEL_KINDS.find((known) => known === word);
  if (kind === undefined) throw nothingHere();
  return { kind, name: rest.join(' ') };
}
