import { basename, dirname, extname, join, resolve } from 'node:path';
import { openJournal } from '#journal/journal.ts';
import { recordRun } from '#journal/record-run.ts';
import { runExtract } from '#restore/extract/run-extract.ts';
import { journalFolder, stateFolder } from '#settings/default-places.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { chooseComponents } from '../choose-components.ts';
import { extractComponent } from '../extract-component.ts';
import { openLocalArchive } from '../open-local-archive.ts';

/** FD-27, `lifeboat-restore extract`: contents into a new folder; needs no system, touches nothing live. */
export async function extract(
  context: CommandContext,
  path: string,
  options: { into?: string; only?: string[] },
): Promise<number> {
  const file = resolve(path);
  const into = options.into ? resolve(options.into) : join(dirname(file), basename(file, extname(file)));
  const display = showProgress(context);
  const journal = openJournal(
    journalFolder(stateFolder(context.state, context.environment, undefined), undefined),
    context.clock,
  );
  const outcome = await recordRun('extract', { ...context, journal }, async () => {
    await using archive = await openLocalArchive(file, context.signal);
    const { taken } = chooseComponents(archive.manifest.components, options.only);
    return await runExtract(
      { archive, components: taken, into, extractOne: extractComponent, onProgress: display.onProgress },
      context.signal,
    );
  });
  display.clear();
  return endRun(outcome, context);
}
