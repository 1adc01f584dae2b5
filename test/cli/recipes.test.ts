import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { junitFaults } from '../support/junit.js';
import { type Outcome, outcomeOf, scratchFolder } from './irqbench.js';

/**
 * The examples for GitHub Actions and GitLab CI in the README, checked and carried out as they stand.
 * Both systems publish schemas of their files, which no package has in a form that Node 20 loads: what
 * is checked here are the keywords that the examples use, by the reference pages
 * docs.github.com/actions/reference/workflow-syntax-for-github-actions and docs.gitlab.com/ci/yaml.
 */

const root = new URL('../../../', import.meta.url);
const folder = scratchFolder();

const text = z.string().min(1);
const action = z.string().regex(/^actions\/[a-z-]+@v\d+$/);
/** The inputs of each action, by its action.yml. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout': ['ref', 'fetch-depth'],
  'actions/setup-node': ['node-version', 'cache'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found', 'retention-days'],
};
const step = z.union([
  z
    .strictObject({
      uses: action,
      if: z.enum(['always()']).optional(),
      with: z.record(text, z.union([text, z.number()])).optional(),
    })
    .refine(({ uses, with: inputs = {} }) => {
      const known = INPUTS[uses.replace(/@.*/, '')] ?? [];
      return Object.keys(inputs).every((name) => known.includes(name));
    }),
  z.strictObject({ run: text }),
]);
const workflow = z.strictObject({
  name: text,
  on: z.array(z.enum(['push', 'pull_request'])).min(1),
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.strictObject({
    gate: z.strictObject({ 'runs-on': z.literal('ubuntu-latest'), steps: z.array(step).min(1) }),
  }),
});

const pipeline = z.strictObject({
  gate: z.strictObject({
    image: z.string().regex(/^node:\d+$/),
    script: z.array(text).min(1),
    artifacts: z.strictObject({
      when: z.enum(['on_success', 'on_failure', 'always']),
      paths: z.array(text),
      reports: z.strictObject({ junit: text }),
    }),
  }),
});

/** The example that follows a heading of the section, as what its YAML says. */
function example(heading: string): unknown {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const [, section = ''] = readme.split('### What a gate prints, and where\n');
  const [, fenced] =
    new RegExp(`^${heading}[^\`]*\`\`\`yaml\n(.*?)^\`\`\``, 'ms').exec(section) ??
    assert.fail(`no example of ${heading}`);
  return parse(fenced as string);
}

/** Whether every Node of a major version is one that the package runs on. */
function assertRunsOn(major: number): void {
  const { engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const [, least, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? assert.fail(engines.node);
  const from = Number(least) + (Number(minor) > 0 ? 1 : 0);
  assert.ok(major >= from, `Node ${major} may be older than ${engines.node}`);
}

/** A folder for each run, and an `npx` that finds the built command, as it does once `npm ci` ran. */
const tools = join(folder, 'tools');
mkdirSync(tools);
const command = fileURLToPath(new URL('bin/irqbench.js', root));
writeFileSync(
  join(tools, 'npx'),
  `#!/bin/sh\n[ "$1" = irqbench ] || exit 97\nshift\nexec '${process.execPath}' '${command}' "$@"\n`,
);
chmodSync(join(tools, 'npx'), 0o755);

function shell(line: string, cwd: string, env: Record<string, string>): Promise<Outcome> {
  const path = [tools, process.env.PATH].join(delimiter);
  return outcomeOf(spawn('sh', ['-ec', line], { cwd, env: { ...env, PATH: path, CI: 'true' } }));
}

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** The commands that the example is there for, after those that make them possible. */
function gatesOf(commands: readonly string[]): string[] {
  assert.equal(commands[0], 'npm ci');
  const gates = commands.slice(1);
  assert.ok(gates.length > 0);
  for (const gate of gates) assert.match(gate, /^npx irqbench gate /);
  return gates;
}

const benchmark = z.array(z.object({ name: text, unit: z.string(), value: z.number() })).min(1);

/** Each file that is kept is there and what its reader takes; and no other was written. */
async function assertKept(cwd: string, kept: readonly string[]): Promise<void> {
  assert.deepEqual(readdirSync(cwd).sort(), [...kept].sort());
  for (const name of kept) {
    const written = readFileSync(join(cwd, name), 'utf8');
    if (name.endsWith('.xml')) assert.deepEqual(await junitFaults(written), []);
    else if (name.endsWith('.json')) benchmark.parse(JSON.parse(written));
    else if (name.endsWith('.md')) assert.match(written, /^## irqbench gate /);
    else assert.fail(`${name}: nobody knows its format`);
  }
}

test('the example for GitHub Actions holds the gate, keeps its files, and tells GitHub', async () => {
  const { steps } = workflow.parse(example('GitHub Actions')).jobs.gate;
  const used = steps.flatMap((step) => ('uses' in step ? [step] : []));
  const inputOf = (name: string, input: string) =>
    used.find(({ uses }) => uses.startsWith(`actions/${name}@`))?.with?.[input];
  assert.match(used[0]?.uses ?? '', /^actions\/checkout@/);
  assertRunsOn(Number(inputOf('setup-node', 'node-version')));
  const kept = String(inputOf('upload-artifact', 'path')).trim().split('\n');
  const gates = gatesOf(steps.flatMap((step) => ('run' in step ? [step.run] : [])));

  const summary = join(folder, 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  writeFileSync(summary, '# before\n');
  const cwd = emptyFolder('github');
  for (const gate of gates) {
    const { code, stdout, stderr } = await shell(gate, cwd, env);
    assert.deepEqual([code, stderr], [0, ''], stdout);
    assert.doesNotMatch(stdout, /^::error/m);
  }
  await assertKept(cwd, kept);
  assert.match(readFileSync(summary, 'utf8'), /^# before\n## irqbench gate .*\*\*passed\*\*/s);

  const failing = emptyFolder('github-fails');
  const [gate = ''] = gates;
  const { code, stdout } = await shell(`${gate} --fail-if 'audit.damage >= 0'`, failing, env);
  assert.equal(code, 5);
  assert.match(stdout, /^::error title=.*audit\.damage >= 0/m);
  await assertKept(failing, kept);
  assert.match(readFileSync(summary, 'utf8'), /\*\*FAILED\*\*/);
});

test('the example for GitLab CI holds the gate, and keeps its files', async () => {
  const { image, script, artifacts } = pipeline.parse(example('GitLab CI')).gate;
  assertRunsOn(Number(image.replace('node:', '')));
  const cwd = emptyFolder('gitlab');
  for (const gate of gatesOf(script)) {
    const { code, stdout, stderr } = await shell(gate, cwd, { GITLAB_CI: 'true' });
    assert.deepEqual([code, stderr], [0, ''], stdout);
  }
  await assertKept(cwd, [...artifacts.paths, artifacts.reports.junit]);
});
