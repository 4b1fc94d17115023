/**
 * `npm start`: makes a small sample system beside the sources, backs it up, verifies the archive, and keeps
 * the service running on it, with a code for a first sign-in. A second start uses the same system and makes the next archive.
 */
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import { runProgram } from '#terminal/run-program.ts';
import { backup } from '../service/commands/backup.ts';
import { serve } from '../service/commands/serve.ts';
import { signInCode } from '../service/commands/sign-in.ts';
import { verify } from '../service/commands/verify.ts';
import { makeSampleSystem } from './make-sample-system.ts';

const folder = join(import.meta.dirname, '..', '..', 'sample');

await runProgram('lifeboat', async (signal) => {
  const { stdin, stdout, stderr } = process;
  const port = Number(process.env['PORT'] ?? 4190);
  const sample = await makeSampleSystem(folder);
  stdout.write(
    `sample system: ${sample.root} (${sample.rows} rows, ${sample.files} files), conf: ${sample.conf}\n`,
  );
  const context = {
    conf: sample.conf,
    state: undefined,
    json: false,
    quiet: false,
    clock: systemClock(),
    environment: process.env,
    stdin,
    stdout,
    stderr,
    signal,
  };
  const status = (await backup(context)) || (await verify({ ...context, quiet: true }, undefined));
  if (status !== 0) return status;
  stdout.write(`the archive is in ${sample.backups}\n`);
  stdout.write(`look into it:  npm run lifeboat-restore -- inspect ${sample.backups}/*.zip\n`);
  stdout.write(`bring it back: npm run lifeboat-restore -- --conf ${sample.conf}\n`);
  stdout.write('sign in on the page with this code: ');
  await signInCode(context);
  return await serve(context, { host: '127.0.0.1', port });
});
