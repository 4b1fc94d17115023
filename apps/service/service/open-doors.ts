import type { CommandContext } from '#terminal/command-context.ts';
import { limitTries } from '../access/limit-tries.ts';
import { openAccessStore } from '../access/open-access-store.ts';
import { openSessions } from '../access/open-sessions.ts';
import type { Served } from '../api/find-place.ts';
import { openApi } from '../api/open-api.ts';
import { registerRoutes } from '../api/register-routes.ts';
import type { MonitoringRoutes } from '../page/register-metrics.ts';
import { openSocket } from './open-socket.ts';
import { socketPath } from './socket-path.ts';

/** Where the service listens over TCP. */
export interface DoorPlace {
  host: string;
  port: number;
  /** Files in PEM; undefined: plain HTTP. */
  tls?: { certificate: string; key: string } | undefined;
}

export interface Doors extends AsyncDisposable {
  /** Address of the page. */
  readonly url: string;
}

/** Opens the socket for programs of this machine, then page and API. Disposing closes them in the opposite order. */
export async function openDoors(
  place: DoorPlace,
  { state, monitoring, ...served }: Served & { state: string; monitoring: MonitoringRoutes },
  context: CommandContext,
): Promise<Doors> {
  await using opened = new AsyncDisposableStack();
  opened.use(await openSocket(socketPath(state, served.system.id), served.system, served.tenants));
  const store = opened.use(await openAccessStore(state));
  const { clock } = context;
  const access = { store, clock, sessions: openSessions(clock), limit: limitTries(clock) };
  const { tenants } = served;
  const { url } = opened.use(
    await openApi({
      ...place,
      ...served,
      access,
      register: (api) => registerRoutes(api, { ...context, access, monitoring, tenants }),
    }),
  );
  const kept = opened.move();
  return { url, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
