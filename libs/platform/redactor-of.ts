import { LifeboatError } from './errors.ts';
import { readSecret, type SecretPlace } from './read-secret.ts';
import { redactSecrets } from './redact-secrets.ts';

/** Reads secrets to take them out of texts; one that cannot be read cannot have come into a text through us. */
export async function redactorOf(places: readonly SecretPlace[]): Promise<(text: string) => string> {
  const secrets: string[] = [];
  for (const place of places) {
    try {
      secrets.push(await readSecret(place));
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
    }
  }
  return redactSecrets(secrets);
}
