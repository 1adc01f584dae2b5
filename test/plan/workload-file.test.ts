import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { resolvePlan } from '../../src/plan/resolve.js';
import { listWorkloads, loadWorkload } from '../../src/plan/workload-file.js';
import { refused } from './refused.js';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'irqbench-plan-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const NAMES = [
  'bug-217379',
  'ci',
  'dense-xarray',
  'kvm-irqfd-fork',
  'msix-churn',
  'smoke',
  'vfio-assign',
];

describe('packaged workloads', () => {
  it('are listed by name, each with one line', () => {
    const listed = listWorkloads();
    assert.deepEqual(
      listed.map(({ name }) => name),
      NAMES,
    );
    for (const { name, path, description } of listed) {
      assert.ok(path.endsWith(`/workloads/${name}.yaml`), path);
      assert.match(description, /^\S[^\n]{10,98}\S$/);
    }
  });

  for (const name of NAMES) {
    it(`${name} resolves to a plan`, () => {
      assert.equal(resolvePlan({ workload: name }).plan.workload, name);
    });
  }

  it('kvm-irqfd-fork is the reproducer to the letter', () => {
    const { plan } = resolvePlan({ workload: 'kvm-irqfd-fork' });
    const { vms, burst, irqfds, rounds, warmupRounds, holdNs, release, strategy } = plan;
    assert.deepEqual(
      { vms, burst, irqfds, rounds, warmupRounds, holdNs, release, strategy: strategy.name },
      {
        vms: 900,
        burst: 20,
        irqfds: 15,
        rounds: 100,
        warmupRounds: 0,
        holdNs: 400e6,
        release: 'free',
        strategy: 'linux-6.2',
      },
    );
  });

  it('dense-xarray has a million irqfds in the background', () => {
    const { vms, irqfds, strategy } = resolvePlan({ workload: 'dense-xarray' }).plan;
    assert.equal(vms * irqfds, 1_000_000);
    assert.equal(strategy.index, 'xarray');
  });
});

describe('a workload by name', () => {
  const known = `give ${NAMES.join(', ')} or a path with a "/" in it`;
  for (const [name, hint] of [
    ['smok', ' (did you mean smoke?)'],
    ['fork', ' (did you mean kvm-irqfd-fork?)'],
    ['banana', ''],
    ['..', ''],
    ['hosts', ''],
  ] as const) {
    it(`${name} is refused with the names there are`, () => {
      assert.equal(
        refused(() => loadWorkload(name)),
        `--workload: "${name}" is no packaged workload${hint}; ${known}`,
      );
    });
  }

  it('is refused where it is empty', () => {
    assert.match(
      refused(() => loadWorkload('')),
      /^--workload: is empty; give/,
    );
  });
});

describe('a workload by path', () => {
  it('keeps the path as its name, and skips a byte order mark', () => {
    const path = write('mine.yaml', '\ufeffvms: 7\n');
    const { name, entries } = loadWorkload(path);
    assert.equal(name, path);
    assert.deepEqual(entries.get('vms'), { value: '7', line: 1, where: `${path}:1:6 vms` });
  });

  it('may be a pipe', { skip: process.platform === 'win32' }, () => {
    const module = new URL('../../src/plan/resolve.js', import.meta.url);
    const script = `import { resolvePlan } from '${module}';
      process.stdout.write(String(resolvePlan({ workload: '/dev/stdin' }).plan.vms));`;
    const shell = `printf 'vms: 7\\n' | "$0" --input-type=module -e "$1"`;
    const { stdout } = spawnSync('sh', ['-c', shell, process.execPath, script], {
      encoding: 'utf8',
    });
    assert.equal(stdout, '7');
  });

  const remedy = 'give a YAML file or a name (irqbench list workloads)';
  it('is refused where there is none', () => {
    const path = join(folder, 'none.yml');
    assert.equal(
      refused(() => loadWorkload(path)),
      `--workload ${path}: there is no such file; ${remedy}`,
    );
    assert.equal(
      refused(() => loadWorkload(`${write('a.yaml', '')}/b`)),
      `--workload ${folder}/a.yaml/b: there is no such file; ${remedy}`,
    );
  });

  it('is refused with the name where only the packaged one exists', () => {
    assert.equal(
      refused(() => loadWorkload(join(folder, 'smoke.yaml'))),
      `--workload ${folder}/smoke.yaml: there is no such file; give --workload smoke for the packaged one`,
    );
  });

  it('is refused where it is a directory', () => {
    assert.equal(
      refused(() => loadWorkload(`${folder}/`)),
      `--workload ${folder}/: is a directory; ${remedy}`,
    );
  });

  it("is refused with the system's reason where it cannot be opened", () => {
    const loop = join(folder, 'loop.yaml');
    symlinkSync(loop, loop);
    assert.match(
      refused(() => loadWorkload(loop)),
      /loop\.yaml: cannot be read \(ELOOP.*\); give a YAML file/,
    );
  });

  it('is refused where the user may not read it', {
    skip: process.getuid?.() === 0 && 'root may read everything',
  }, () => {
    const path = join(folder, 'secret.yaml');
    writeFileSync(path, 'vms: 1', { mode: 0 });
    assert.equal(
      refused(() => loadWorkload(path)),
      `--workload ${path}: may not be read by this user; ${remedy}`,
    );
  });

  it('is refused for its size before it is parsed', () => {
    const noise = Buffer.alloc(10 * 1024 * 1024, 'x: [{');
    const path = write('noise.yaml', noise);
    const message = 'is larger than 64 KiB, so no workload; give a YAML file';
    assert.equal(
      refused(() => loadWorkload(path)),
      `--workload ${path}: ${message}`,
    );
    assert.equal(
      refused(() => loadWorkload('/dev/zero')),
      `--workload /dev/zero: ${message}`,
    );
  });

  it('is refused where it is not text', () => {
    const binary = write('binary.yaml', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff]));
    assert.equal(
      refused(() => loadWorkload(binary)),
      `--workload ${binary}: is not UTF-8 text; give a YAML file`,
    );
    const nul = write('nul.yaml', 'vms: 3\0');
    assert.equal(
      refused(() => loadWorkload(nul)),
      `--workload ${nul}: holds binary data; give a YAML file`,
    );
  });

  it('is refused where it is empty', () => {
    const path = write('empty.yaml', '');
    assert.equal(
      refused(() => loadWorkload(path)),
      `${path}: is empty; give options, such as "vms: 800"`,
    );
  });

  it("names its value's line and column in the option's own words", () => {
    const path = write('hold.yaml', 'vms: 3\n# why\nhold: banana\n');
    assert.match(
      refused(() => resolvePlan({ workload: path })),
      /hold\.yaml:3:7 hold: "banana" is not a duration; give 0, or a time/,
    );
    const empty = write('novalue.yaml', 'vms:\n');
    assert.match(
      refused(() => resolvePlan({ workload: empty })),
      /novalue\.yaml:1:5 vms: "" is empty; give a whole number/,
    );
  });
});
