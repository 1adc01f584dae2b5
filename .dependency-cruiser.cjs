/**
 * The rooms and who may call whom (src/README.md), held over the compiled modules: what runs is
 * what is checked. Type-only imports vanish in compilation and are free.
 */
const SERVES_ALL = ['model', 'errors', 'units', 'wording', 'version'];

/** Room → the rooms it may call. A room may always call itself. */
const MAY_CALL = {
  main: ['cli'],
  cli: ['plan', 'backends', 'gate', 'measure', 'stats', 'report', 'verify', 'system', 'import'],
  gate: ['measure', 'stats'],
  plan: [],
  report: ['measure'],
  backends: ['stepping', 'vm', 'irqbypass', 'locks', 'measure', 'stats', 'system', 'sync'],
  import: ['measure'],
  system: ['measure'],
  verify: ['stepping', 'irqbypass', 'locks', 'sync'],
  stepping: ['sync'],
  vm: ['irqbypass', 'measure', 'sync'],
  irqbypass: ['locks', 'sync'],
  measure: ['stats', 'sync'],
  stats: ['sync'],
  locks: ['sync'],
  sync: [],
  model: [],
  errors: [],
  units: [],
  wording: [],
  version: [],
};

const path = (rooms) => `^dist/src/(${rooms.join('|')})(/|\\.js$)`;

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module nobody imports is dead, unless it is a worker or holds types alone.',
      severity: 'error',
      from: { orphan: true, pathNot: '(worker|manager|task|backend|stepping/rules)\\.js$' },
      to: {},
    },
    {
      name: 'workers-by-url-only',
      severity: 'error',
      from: {},
      to: { path: 'worker\\.js$' },
    },
    {
      name: 'threads-start-light',
      comment: 'What a burst VM imports is paid for once a thread: 20 schema libraries are 4 s.',
      severity: 'error',
      from: { path: '^dist/src/backends/threads/[a-z-]*worker\\.js$' },
      // The one that pins is loaded where a thread is pinned, and then alone.
      to: { path: 'node_modules', pathNot: 'node_modules/koffi/', reachable: true },
    },
    {
      name: 'algorithm-code-is-self-contained',
      comment:
        'Locks, manager and VMs run under drivers that have neither Node nor packages. What imports ' +
        "a module of the user's own runs before any of them.",
      severity: 'error',
      from: {
        path: path(['sync', 'locks', 'irqbypass', 'vm']),
        pathNot: '^dist/src/locks/user-module\\.js$',
      },
      to: { pathNot: '^dist/src/' },
    },
    ...Object.entries(MAY_CALL).map(([room, others]) => ({
      name: `rooms-of-${room}`,
      severity: 'error',
      from: { path: path([room]) },
      to: { path: '^dist/src/', pathNot: path([room, ...others, ...SERVES_ALL]) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
  },
};
