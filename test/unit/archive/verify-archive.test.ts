import { describe, expect, it } from 'vitest';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import type { Progress } from '#platform/progress.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { plainComponent, plainManifest } from '../../fakes/archive-set.ts';
import { bufferAccess } from '../../fakes/buffer-access.ts';
import { buildZip, recordOf } from '../../fakes/zip-builder.ts';

const signal = new AbortController().signal;
const restore = { path: 'RESTORE.txt', content: Buffer.from('how') };
const good = { path: 'folder/good/a', content: Buffer.from('content') };
const bad = { path: 'folder/bad/a', content: Buffer.from('content') };
const worse = { path: 'folder/bad/b', content: Buffer.from('content') };

function archiveOf(change: (component: ComponentRecord) => ComponentRecord = (component) => component) {
  const components = [
    plainComponent('folder/bad', [bad, worse].map(recordOf)),
    plainComponent('folder/good', [recordOf(good)]),
  ].map(change);
  const content = Buffer.from(JSON.stringify(plainManifest({ extras: [recordOf(restore)], components })));
  const zip = buildZip([restore, bad, worse, good, { path: 'manifest.json', content }]);
  return { zip, open: () => openArchive(bufferAccess(zip), signal) };
}

describe('verifyArchive', () => {
  it('[LB-04] reports every item of a whole archive as ok', async () => {
    await using archive = await archiveOf().open();
    expect(await verifyArchive(archive, { signal })).toEqual({
      good: true,
      bytes: 24,
      items: ['manifest.json', 'RESTORE.txt', 'folder/bad', 'folder/good'].map((item) => ({
        item,
        result: 'ok',
      })),
    });
  });

  it('[LB-04] names the component whose member is damaged, and checks the others', async () => {
    const { zip, open } = archiveOf();
    zip.write('C', zip.indexOf('content'));
    await using archive = await open();
    const report = await verifyArchive(archive, { signal });
    expect(report.good).toBe(false);
    expect(report.items).toEqual([
      { item: 'manifest.json', result: 'ok' },
      { item: 'RESTORE.txt', result: 'ok' },
      { item: 'folder/bad', result: 'problem', detail: expect.stringContaining('"folder/bad/a"') },
      { item: 'folder/good', result: 'ok' },
    ]);
  });

  it('tells how many members of a component are damaged', async () => {
    const { zip, open } = archiveOf();
    zip.write('C', zip.indexOf('content'));
    zip.write('C', zip.indexOf('content'));
    await using archive = await open();
    const [problem] = (await verifyArchive(archive, { signal })).items.filter(
      ({ result }) => result !== 'ok',
    );
    expect(problem?.detail).toContain('1 more');
  });

  it('does not call checked what was not there at the backup', async () => {
    const empty = (component: ComponentRecord): ComponentRecord =>
      component.id === 'folder/bad' ? { ...component, state: 'partial' } : component;
    await using archive = await archiveOf(empty).open();
    const items = (await verifyArchive(archive, { signal })).items;
    expect(items.find(({ item }) => item === 'folder/bad')).toMatchObject({
      result: 'ok',
      detail: expect.any(String),
    });
    const content = Buffer.from(
      JSON.stringify(
        plainManifest({
          extras: [recordOf(restore)],
          components: [{ ...plainComponent('folder/gone', []), state: 'missing' }],
        }),
      ),
    );
    const zip = buildZip([restore, { path: 'manifest.json', content }]);
    await using other = await openArchive(bufferAccess(zip), signal);
    expect((await verifyArchive(other, { signal })).items.at(-1)).toMatchObject({
      item: 'folder/gone',
      result: 'not checked',
    });
  });

  it('tells its progress up to the last byte, and stops when told to', async () => {
    const told: Progress[] = [];
    await using archive = await archiveOf().open();
    await verifyArchive(archive, { signal, onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toMatchObject({ done: 24, total: 24 });
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(verifyArchive(archive, { signal: stopped })).rejects.toThrow('enough');
  });
});
