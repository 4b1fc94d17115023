import type { Clock } from '#platform/clock.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import type { SignInParts } from '../access/sign-in.ts';
import { type MonitoringRoutes, registerMetrics } from '../page/register-metrics.ts';
import type { ApiServer } from './api-server.ts';
import { registerPlain } from './plain/register-plain.ts';
import { registerAccount } from './register-account.ts';
import { registerAccounts } from './register-accounts.ts';
import { registerArchives } from './register-archives.ts';
import { registerChannels } from './register-channels.ts';
import { registerDrills } from './register-drills.ts';
import { registerOpenApi } from './register-open-api.ts';
import { registerPage } from './register-page.ts';
import { registerRuns } from './register-runs.ts';
import { registerSettings } from './register-settings.ts';
import { registerSignIn } from './register-sign-in.ts';
import { registerStatus } from './register-status.ts';
import { registerTenants } from './register-tenants.ts';
import { registerTokens } from './register-tokens.ts';
import type { ServedTenants } from './served-system.ts';
import { systemOf } from './system-of.ts';

/** Every route of the service's page and API; each system that it is about stands in the request. */
export async function registerRoutes(
  server: ApiServer,
  parts: {
    tenants?: ServedTenants | undefined;
    clock: Clock;
    signal: AbortSignal;
    environment: NodeJS.ProcessEnv;
    access: SignInParts;
    monitoring: MonitoringRoutes;
  },
): Promise<void> {
  await registerOpenApi(server, PROGRAM_VERSION);
  registerSignIn(server, parts.access);
  registerStatus(server, systemOf, parts);
  registerRuns(server, systemOf);
  registerDrills(server, systemOf, parts.clock);
  registerArchives(server, systemOf, parts);
  registerSettings(server, systemOf, parts.signal);
  registerChannels(server, systemOf, parts);
  registerAccounts(server, parts.access, parts.tenants);
  registerAccount(server, parts.access, parts.tenants);
  registerTokens(server, parts.access, parts.tenants);
  await registerPlain(server, parts);
  registerTenants(server, parts.tenants, parts.clock);
  registerMetrics(server, parts.monitoring);
  await registerPage(server);
}
