import { basename } from 'node:path';
import type { VerifyReport } from '#archive/archive.ts';
import { recordRun } from '#journal/record-run.ts';
import type { RunParts } from '#journal/run-parts.ts';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import { stateFolder } from '#settings/default-places.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { recordingOf } from './recording-of.ts';

/**
 * Journals a verification where a system is installed (FD-11). Where none is, as on a machine that only reads
 * archives, there is no journal that it would belong into. Resolves and throws as `verify` does.
 */
export async function recordVerify(
  context: CommandContext,
  path: string,
  verify: () => Promise<VerifyReport>,
): Promise<VerifyReport> {
  const recording = await installedRecording(context);
  if (recording === undefined) return await verify();
  let ended: { report: VerifyReport } | { error: unknown } | undefined;
  await recordRun('verify', { ...context, ...recording }, async () => {
    try {
      const report = await verify();
      ended = { report };
      return resultOf(report, path);
    } catch (error) {
      ended ??= { error };
      throw error;
    }
  });
  if (ended !== undefined && 'report' in ended) return ended.report;
  throw ended?.error;
}

function resultOf(report: VerifyReport, path: string) {
  const problems = report.items.filter(({ result }) => result === 'problem');
  if (problems.length > 0) {
    const what = problems.map(({ item, detail }) => `${item}: ${detail ?? 'damaged'}`).join('; ');
    throw new LifeboatError('archive-damaged', `${path} is damaged: ${what}`);
  }
  const message = `${path} is whole: ${counted(report.items.length, 'item')}, every hash is right`;
  return { state: 'done' as const, message, archive: basename(path), lines: [] };
}

async function installedRecording(context: CommandContext): Promise<RunParts | undefined> {
  const settings = await readInstalled(context);
  const id = settings?.system.id;
  if (settings === undefined || id === undefined) return undefined;
  const state = stateFolder(context.state, context.environment, settings);
  return recordingOf(
    settings,
    { id, name: settings.system.name },
    { stateFolder: state, clock: context.clock },
  );
}

async function readInstalled({ conf, signal }: CommandContext): Promise<Settings | undefined> {
  try {
    return await readSettings(conf, signal);
  } catch (error) {
    // An archive is verified on any machine, also beside a conf that is broken.
    if (error instanceof LifeboatError && !signal.aborted) return undefined;
    throw error;
  }
}
