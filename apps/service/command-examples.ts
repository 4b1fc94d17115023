/** What `lifeboat COMMAND --help` and the manual page show below the options. */
export const COMMAND_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  backup: [
    'lifeboat backup',
    'lifeboat backup --before-update --note "before 3.0"',
    'lifeboat backup --server https://server:4190/ --token-file token --copy-to /srv/copies',
  ],
  pull: [
    'lifeboat pull --server https://server:4190/ --token-file token --to /srv/copies',
    'lifeboat pull --server https://server:4190/ --token-file token --to /srv/copies --keep 14 --every 60',
  ],
  list: ['lifeboat list', 'lifeboat --json list'],
  verify: ['lifeboat verify', 'lifeboat verify 12', 'lifeboat verify shop-20260401T214500Z-12.zip'],
  drill: ['lifeboat drill', 'lifeboat drill 12'],
  delete: ['lifeboat delete 12', 'lifeboat delete 12 --yes'],
  pin: ['lifeboat pin 12 --note "before 3.0"'],
  release: ['lifeboat release 12'],
  status: ['lifeboat status', 'lifeboat --conf /etc/shop/sysbackup.conf status'],
  history: ['lifeboat history', 'lifeboat history --path'],
  check: ['lifeboat check', 'lifeboat --json check'],
  stop: ['lifeboat stop'],
  settings: ['lifeboat settings', 'lifeboat settings keep=14 time=02:30', 'lifeboat settings prefix='],
  watch: ['lifeboat watch', 'lifeboat --quiet watch'],
  notify: ['lifeboat notify', 'lifeboat notify --test', 'lifeboat notify "mail admins" --test'],
  diagnostics: ['lifeboat diagnostics', 'lifeboat diagnostics --output /tmp/lifeboat.zip'],
  serve: [
    'lifeboat serve',
    'lifeboat serve --host 0.0.0.0 --tls-certificate server.pem --tls-key server.key',
  ],
  'sign-in': ['lifeboat sign-in code', 'lifeboat sign-in reset anna'],
  'sign-in code': ['lifeboat sign-in code', 'lifeboat sign-in code --tenant blue'],
  'sign-in reset': ['lifeboat sign-in reset anna', 'lifeboat sign-in reset anna --tenant blue'],
};
