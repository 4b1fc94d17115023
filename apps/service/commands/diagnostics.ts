import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { redactorOf } from '#platform/redactor-of.ts';
import { confWithoutSecrets } from '#settings/conf-without-secrets.ts';
import { readConfText } from '#settings/read-settings.ts';
import { secretsNamedIn } from '#settings/secrets-named-in.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { type BundlePart, bundleParts } from '../diagnostics/bundle-parts.ts';
import { writeBundle } from '../diagnostics/write-bundle.ts';

/** How long one part may take: a server that does not answer is one of the things to be told. */
const PART_MS = 60_000;
const LARGEST_TEXT = 2_000_000;

const README = `What lifeboat diagnostics found, for whoever helps you. Passwords and tokens that Lifeboat knows, comments of
sysbackup.conf and arguments of its commands were left out. Names of folders, servers, databases and accounts are in
it: look through it before you send it.
`;

/**
 * `lifeboat diagnostics`: one ZIP with the conf, the end of the journal, history, status, versions and the report of
 * check, without secrets. What cannot be read, a broken conf included, is told in its place.
 */
export async function diagnostics(context: CommandContext, output: string | undefined): Promise<number> {
  const conf = resolve(context.conf);
  const text = await readConfText(conf).catch((error: unknown) => error);
  const redact = await redactorOf(typeof text === 'string' ? secretsNamedIn(text) : []);
  const files = [
    { name: 'README.txt', text: README },
    { name: 'sysbackup.conf', text: typeof text === 'string' ? confWithoutSecrets(text) : reasonOf(text) },
  ];
  for (const part of bundleParts(context)) {
    context.signal.throwIfAborted();
    files.push({ name: part.name, text: await textOf(part, context.signal) });
  }
  const path = await placeOf(output, context);
  await write(
    path,
    files.map((file) => ({ ...file, text: redact(file.text) })),
  );
  const { size } = await stat(path);
  context.stdout.write(
    context.json
      ? `${JSON.stringify({ path, bytes: size })}\n`
      : `diagnostics done: ${path} (${prettyBytes(size)}); look through it before you send it\n`,
  );
  return 0;
}

async function textOf(part: BundlePart, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.timeout(PART_MS);
  const { promise: late, reject } = Promise.withResolvers<never>();
  limit.addEventListener('abort', () => reject(limit.reason), { once: true });
  try {
    const value = await Promise.race([part.read(AbortSignal.any([signal, limit])), late]);
    const text = typeof value === 'string' ? value : `${JSON.stringify(value, undefined, 2)}\n`;
    return text.length > LARGEST_TEXT ? `${text.slice(0, LARGEST_TEXT)}\n... cut off\n` : text;
  } catch (error) {
    signal.throwIfAborted();
    return limit.aborted ? `it could not be read within ${PART_MS / 1000} s\n` : reasonOf(error);
  }
}

/** An unknown error may carry anything, so only its name is told. */
function reasonOf(error: unknown): string {
  if (error instanceof LifeboatError) {
    return `it could not be read: ${error.code}: ${error.message}\n${error.hint ?? ''}\n`;
  }
  return `it could not be read: ${systemErrorCode(error) ?? (error instanceof Error ? error.name : 'unknown')}\n`;
}

async function placeOf(output: string | undefined, { clock }: CommandContext): Promise<string> {
  const stamp = clock.now().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  return resolve(output ?? join('.', `lifeboat-diagnostics-${stamp}.zip`));
}

async function write(path: string, files: { name: string; text: string }[]): Promise<void> {
  try {
    await writeBundle(path, files);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    throw new LifeboatError('write-failed', `cannot write ${path}: ${code}`, {
      hint: 'name another file with --output; one that exists is never overwritten',
      cause,
    });
  }
}
