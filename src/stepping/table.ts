/**
 * Which code is algorithm code, that is, code that a driver may rewrite to step through it. Whoever
 * adds a file to these rooms says here which of the two it is.
 */

export const ROOMS = ['sync', 'locks', 'irqbypass', 'vm'] as const;

/** Algorithm code, by its path in `src/`, with those of its functions that are set-up instead. */
export const ALGORITHM_FILES: Readonly<Record<string, readonly string[]>> = {
  'sync/barrier': [],
  'sync/cpu': ['reserveCpus'],
  'sync/counters': ['reserveCounters'],
  'sync/gate': [],
  'sync/pace': [],
  'sync/random': ['permutation'],
  'sync/spin': [],
  'sync/stop': [],
  'locks/cna': [],
  'locks/linux-mutex': [],
  'locks/mcs': [],
  'locks/mcs-park': [],
  'locks/mutex': [],
  'locks/osq': [],
  'locks/rwsem': [],
  'locks/slow-lock': [],
  'locks/tas': [],
  'locks/ticket': [],
  'locks/torture': [],
  'locks/ttas': [],
  'locks/user-lock': [],
  'locks/wait-list': [],
  'irqbypass/arena': ['reserveArena', 'shuffleArena'],
  'irqbypass/callbacks': ['reserveCallbackLog', 'readCallbackLog'],
  'irqbypass/connect': [],
  'irqbypass/entry': [],
  'irqbypass/entry-index': [],
  'irqbypass/entry-lock': [],
  'irqbypass/entry-table': [],
  'irqbypass/errno': [],
  'irqbypass/guard': [],
  'irqbypass/hash-index': ['initBuckets'],
  'irqbypass/list-index': ['initList'],
  'irqbypass/manager': [],
  'irqbypass/manager-list': [],
  'irqbypass/manager-list-shared': [],
  'irqbypass/manager-sharded': [],
  'irqbypass/manager-token': [],
  'irqbypass/manager-xarray': [],
  'irqbypass/manager-xarray-shared': [],
  'irqbypass/objects': ['reserveObjects', 'initObject'],
  'irqbypass/shard': [],
  'irqbypass/stamped-index': [],
  'irqbypass/visits': [],
  'irqbypass/xarray': [],
  'irqbypass/xarray-node': ['nodesFor'],
  'vm/bare': [],
  'vm/cleanup-queue': ['reserveCleanUpQueue'],
  'vm/cleanup-server': [],
  'vm/creation': [],
  'vm/devices': [],
  'vm/host': ['layOutHost', 'layOutKernel', 'progressWord'],
  'vm/kernel': [],
  'vm/life': [],
  'vm/rcu': ['reserveRcu'],
  'vm/srcu': ['reserveSrcu'],
  'vm/ticks': ['ticksOfGracePeriod'],
  'measure/recorder': ['samplesARound', 'reserveRecorders', 'firstCell', 'samplesOf'],
};

/**
 * Of these, files that only keep a thread's own books, and the names that their objects go by: to
 * a driver that is not told of everything they are as good natively, and much faster.
 */
export const LEAF_FILES: readonly string[] = ['sync/counters', 'measure/recorder'];
export const LEAF_OBJECTS: ReadonlySet<string> = new Set([
  'counters',
  'entryCounters',
  'recorder',
  'statistics',
]);

/**
 * Likewise, functions that look at one object after another and count them as nodes visited: a
 * driver that charges for accesses charges theirs by the count.
 */
export const WALKS: Readonly<Record<string, readonly string[]>> = {
  'irqbypass/list-index': ['findInList', 'findNewerInList', 'isInList'],
};

/** The clock answers for the driver that runs the code: `nowNs()` is called like algorithm code. */
export const CLOCK = 'sync/clock';

/** Files of the rooms that run on the main thread alone, before anybody starts or after all ended. */
export const SET_UP_FILES: Readonly<Record<string, string>> = {
  'sync/layout': 'reckons where things lie, before the memory exists',
  'sync/memory': 'allocates the memory',
  'locks/load': 'finds the lock of a name, or of a path',
  'locks/lock': 'the registry, which makes locks and is none',
  'locks/user-module': "imports a lock or index of the user's own",
  'irqbypass/algorithms': 'says what a strategy is made by',
  'irqbypass/bypass-layout': 'lays a manager out and makes a view of it',
  'irqbypass/table-layout': 'lays one table of it out',
  'irqbypass/create-table': "puts one table's parts together",
  'irqbypass/user-index': "loads an index of the user's own",
  'irqbypass/opt-out': 'draws who never meets the manager',
  'irqbypass/tokens': 'says which tokens a run has',
  'irqbypass/describe-lock': 'words for reports',
  'irqbypass/census': 'counts objects for the audit',
  'irqbypass/audit': 'looks at the memory when nobody runs',
  'irqbypass/audit-list': 'part of the audit',
  'irqbypass/audit-entries': 'part of the audit',
  'irqbypass/audit-objects': 'part of the audit',
  'irqbypass/audit-xarray': 'part of the audit',
  'vm/create-life': 'puts together what the threads of a host run',
  'vm/populate': 'sets the host up before the burst',
};

/**
 * The names that algorithm objects go by, as fields and as parameters: what may be called as
 * `this.name.method()`, `this.meeting.name.method()` or `name.method()`.
 */
export const OBJECT_NAMES: ReadonlySet<string> = new Set([
  'arena',
  'assigner',
  'barrier',
  'callbacks',
  'connector',
  'consumers',
  'counters',
  'cpus',
  'creation',
  'deassigner',
  'destroyer',
  'devices',
  'gate',
  'guard',
  'entries',
  'entryCounters',
  'index',
  'inner',
  'lock',
  'manager',
  'meeting',
  'pace',
  'osq',
  'others',
  'own',
  'producers',
  'queue',
  'rcu',
  'recorder',
  'shared',
  'srcu',
  'statistics',
  'stop',
  'ticks',
  'waiters',
]);
