import { type RealSystem, type RealSystemOptions, realSystem } from '../e2e/real-system.ts';
import { startService, type TestService } from '../e2e/start-service.ts';
import { openBrowser, type TestBrowser } from './open-browser.ts';

/** A system with its service running, and a browser to look at it. */
export interface Site extends AsyncDisposable {
  readonly system: RealSystem;
  readonly service: TestService;
  readonly browser: TestBrowser;
  /** Of the page. */
  readonly url: string;
}

export async function openSite(options: RealSystemOptions = {}): Promise<Site> {
  await using made = new AsyncDisposableStack();
  const system = made.use(await realSystem(options));
  const service = made.use(await startService(system));
  const browser = made.use(await openBrowser());
  const kept = made.move();
  return {
    system,
    service,
    browser,
    url: service.url,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
