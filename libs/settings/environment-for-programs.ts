import { secretPlaces } from './secret-places.ts';
import type { Settings } from './settings.ts';

/** What programs of the administrator's get of our environment: all but the variables that hold secrets (in any case: Windows makes no difference). */
export function environmentForPrograms(
  environment: NodeJS.ProcessEnv,
  settings: Settings,
): NodeJS.ProcessEnv {
  const secret = secretPlaces(settings).flatMap((place) =>
    place.from === 'environment' ? [place.variable.toLowerCase()] : [],
  );
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !secret.includes(name.toLowerCase())),
  );
}
