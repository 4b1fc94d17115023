import { expect, test } from 'vitest';
import { type FilePlaces, placeFiles } from '#sources/mssql/target/staging/place-files.ts';

const FILES = [
  { logicalName: 'shop', type: 'D', fileId: 1, bytes: 1 },
  { logicalName: 'shop_2', type: 'D', fileId: 3, bytes: 2 },
  { logicalName: 'shop_log', type: 'L', fileId: 2, bytes: 3 },
  { logicalName: 'documents', type: 'S', fileId: 65_537, bytes: 4 },
] as const;

const LINUX: FilePlaces = {
  database: 'shop',
  run: 'r1',
  live: [],
  data: '/var/opt/mssql/data/',
  log: '/var/opt/mssql/log',
};

function places(change: Partial<FilePlaces> = {}): string[] {
  return placeFiles(FILES, { ...LINUX, ...change }).map(({ physicalName }) => physicalName);
}

test("without a live database files go into the instance's own folders", () => {
  expect(places()).toEqual([
    '/var/opt/mssql/data/shop_r1_1.mdf',
    '/var/opt/mssql/data/shop_r1_2.ndf',
    '/var/opt/mssql/log/shop_r1_3.ldf',
    '/var/opt/mssql/data/shop_r1_4',
  ]);
});

test('with one each goes where the live file of its name, or of its kind, is', () => {
  const file = (logicalName: string, type: string, physicalName: string) => ({
    ...{ logicalName, type, physicalName, bytes: 1, fileId: 1 },
  });
  const live = [
    file('other', 'ROWS', 'D:\\data\\other.mdf'),
    file('shop_2', 'ROWS', 'E:\\more\\shop_2.ndf'),
    file('log', 'LOG', 'L:\\log.ldf'),
  ];
  expect(places({ live, data: 'C:\\x\\', log: 'C:\\x\\' })).toEqual([
    'D:\\data\\shop_r1_1.mdf',
    'E:\\more\\shop_r1_2.ndf',
    'L:\\shop_r1_3.ldf',
    'D:\\data\\shop_r1_4',
  ]);
});

test.each([
  ["O'Brien [x] größe 🚪", "O'Brien [x] größe 🚪"],
  ['a/b\\c:d*e?"<f>|', 'a_b_c_d_e___f__'],
  ['..\\..\\master', '_.._master'],
  ['...', 'database'],
  ['new\nline', 'new_line'],
  ['x'.repeat(128), 'x'.repeat(60)],
])(
  'database %j gives files of the name %j: no path of its own, no letter that Windows refuses',
  (database, name) => {
    expect(places({ database })[0]).toBe(`/var/opt/mssql/data/${name}_r1_1.mdf`);
  },
);

test('no two files get one name, whatever their logical names are', () => {
  const same = [...FILES, ...FILES].map((file) => ({ ...file, logicalName: '../same' }));
  const names = placeFiles(same, LINUX).map(({ physicalName }) => physicalName.toLowerCase());
  expect(new Set(names).size).toBe(same.length);
  for (const name of names) expect(name).not.toContain('..');
});
