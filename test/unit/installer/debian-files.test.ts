import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import type { CommandLine } from '#terminal/create-program.ts';
import { commandLine as restore } from '../../../apps/restore/main.ts';
import { commandLine as service } from '../../../apps/service/main.ts';
import { bashCompletion } from '../../../installer/linux/bash-completion.ts';
import { manualPage } from '../../../installer/linux/manual-page.ts';
import { readExitStatuses } from '../../../installer/linux/read-exit-statuses.ts';

const repository = join(import.meta.dirname, '../../..');
const linux = join(repository, 'installer/linux');
const lines: [string, CommandLine][] = [service, restore].map((line) => [line.name, line]);

/** What bash offers where the words end, the last of them begun. */
function offered(line: CommandLine, words: string[]): string[] {
  const script = `${bashCompletion(line)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_${line.name.replaceAll('-', '_')}
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const ended = spawnSync('bash', ['-c', script, 'bash', line.name, ...words], {
    cwd: linux,
    encoding: 'utf8',
  });
  expect(ended.stderr).toBe('');
  return ended.stdout.split('\n').filter((word) => word !== '');
}

test('the completion knows commands, their options, words to choose from and files', () => {
  expect(offered(service, ['se'])).toEqual(['settings', 'serve']);
  expect(offered(service, ['--conf', 'status', 'sign'])).toEqual(['sign-in']);
  expect(offered(service, ['sign-in', ''])).toEqual(['code', 'reset']);
  expect(offered(service, ['backup', '--be'])).toEqual(['--before-update']);
  expect(offered(restore, ['verify', 'lifeboat-re'])).toEqual(['lifeboat-restore']);
  expect(offered(restore, ['apply', 'a.zip', '--local-infile', ''])).toEqual([
    'refuse',
    'switch-on',
    'insert',
  ]);
});

test.each(lines)('the manual page of %s has each command, option and exit status', async (_, line) => {
  const statuses = await readExitStatuses(repository);
  const about = { version: '1.2.3', date: '2026-01-02', statuses, files: [], seeAlso: '' };
  const page = manualPage(line, about).replaceAll('\\-', '-');
  for (const name of Object.keys(line.commandExamples)) {
    if (name !== 'sign-in') expect(page).toMatch(new RegExp(`^\\.SS ${name}( |$)`, 'm'));
  }
  for (const example of Object.values(line.commandExamples).flat()) expect(page).toContain(`\n${example}`);
  for (const [code, { exit }] of Object.entries(ERRORS)) {
    expect(page).toContain(`.B ${exit}\n${code}: `);
  }
  const requests = page.split('\n').flatMap((text) => /^\.\S+/.exec(text)?.[0] ?? []);
  expect([...new Set(requests)].sort()).toEqual([
    '.B',
    '.PP',
    '.RE',
    '.RS',
    '.SH',
    '.SS',
    '.TH',
    '.TP',
    '.fi',
    '.nf',
  ]);
});

test('a line of plain text is never taken for a request', () => {
  const line: CommandLine = { ...restore, description: ".so /etc/shadow; a\\b 'c'", examples: ["'x", '.y'] };
  const page = manualPage(line, { version: '1', date: '', statuses: [], files: [], seeAlso: '' });
  expect(page).toContain('\n\\&.y\n');
  expect(page).toContain("\n\\&'x\n");
  expect(page).not.toMatch(/^\.so/m);
});

test('the service is hardened: an exposure below 3.0 by systemd-analyze', () => {
  const unit = join(linux, 'lifeboat/lifeboat.service');
  const { stdout, stderr } = spawnSync(
    'systemd-analyze',
    ['security', '--offline=true', '--no-pager', unit],
    {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    },
  );
  const [line, figure] = /Overall exposure level for lifeboat.service: ([\d.]+)/.exec(stdout) ?? [];
  console.log(line ?? stderr);
  expect(Number(figure)).toBeLessThan(3);
});

test('the maintainer scripts are what a POSIX shell takes', () => {
  const scripts = globSync(['*/{postinst,prerm,postrm}', '*.sh', '*/*.sh'], { cwd: linux });
  expect(scripts.length).toBeGreaterThan(6);
  for (const name of scripts) {
    expect(readFileSync(join(linux, name), 'utf8')).not.toContain('[[');
    expect(spawnSync('sh', ['-n', join(linux, name)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  }
});
