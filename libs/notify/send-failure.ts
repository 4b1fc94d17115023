import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { oneLine } from '#platform/one-line.ts';
import { redactSecrets } from '#platform/redact-secrets.ts';

/** Of what a server answers so much is told, in characters. */
const TOLD = 200;

/**
 * Why something could not be sent, as `notify-failed`: the system's code where there is one, else what the
 * other side said, shortened and without the secrets. The cause is not kept: a driver's error may hold them.
 */
export function sendFailure(channel: string, error: unknown, secrets: readonly string[]): LifeboatError {
  if (error instanceof LifeboatError) return error;
  return new LifeboatError('notify-failed', `${channel}: ${reasonOf(error, redactSecrets(secrets))}`, {
    hint: `look at [${channel}] in sysbackup.conf, then try lifeboat notify --test`,
  });
}

function reasonOf(error: unknown, redact: (text: string) => string): string {
  if (!(error instanceof Error)) return 'it could not be sent';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const inner = error.cause instanceof Error ? error.cause : undefined;
  const code = systemErrorCode(inner) ?? systemErrorCode(error);
  const said = oneLine(redact((inner ?? error).message)).slice(0, TOLD);
  return code === undefined || said.includes(code) ? said : `${said} (${code})`;
}
