import type { ComposedSystem } from '../compose/composed-system.ts';
import type { ServedSystem } from './served-system.ts';

/** Changes the conf of a system by the settings of now, and has the service work out anew what follows from it. */
export async function changeServed(
  served: ServedSystem,
  make: (system: ComposedSystem) => Promise<string[]>,
): Promise<{ changed: string[] }> {
  const changed = await make(await served.compose());
  served.settingsChanged();
  return { changed };
}
