import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cpusOfProfile } from '../../src/model/host-profile.js';
import { DEFAULT_HOST, listHosts, loadHost, parseHost } from '../../src/plan/host-file.js';
import { scratchFolder } from '../cli/irqbench.js';
import { figuresOf } from '../support/profiles.js';
import { refused } from './refused.js';

const folder = scratchFolder();
const FOLDER = fileURLToPath(new URL('../../../workloads/hosts/', import.meta.url));
const TEXT = readFileSync(join(FOLDER, `${DEFAULT_HOST}.yaml`), 'utf8');

test('the packaged hosts are listed by their files’ names, each with one line', () => {
  assert.deepEqual(
    listHosts().map((host) => [host.name, cpusOfProfile(host)]),
    [
      ['e7-8895v3', 144],
      ['icelake-144', 144],
      ['laptop-8', 8],
      ['xeon-8255c', 96],
    ],
  );
  for (const { description } of listHosts()) assert.match(description, /^\S[^\n]{10,98}\S$/);
});

test('every figure of every host says where it is from', () => {
  for (const host of listHosts()) {
    const figures = figuresOf(host);
    assert.ok(figures.length > 25);
    for (const [path, { source, fitted, assumed }] of figures) {
      assert.match(source ?? fitted ?? assumed ?? '', /^\S.{5,}$/, `${host.name} ${path}`);
    }
  }
});

test('a host is found by its name or its path', () => {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, TEXT.replace(`name: ${DEFAULT_HOST}`, 'name: mine'));
  assert.equal(loadHost(path).name, 'mine');
  assert.equal(loadHost(DEFAULT_HOST).name, DEFAULT_HOST);
});

test('what is wrong with a host is said with its place', () => {
  const changed = (from: string | RegExp, to: string) => TEXT.replace(from, to);
  for (const [text, expected] of [
    [changed('value: 2.5,', 'value: fast,'), /^h\.yaml:\d+:\d+: core\.ghz\.value: /],
    [changed(/ghz: .*/, 'ghz: { value: 2.5 }'), /core\.ghz: has not exactly one of source/],
    [changed(/ghz: .*/, 'ghz: { value: 2.5, source: a, assumed: b }'), /has not exactly one/],
    [changed('walk: null', 'walk: null\nspeed: 3'), /Unrecognized key: "speed"/],
    [changed(/remoteNs: .*/, 'remoteNs: null'), /memory\.remoteNs: is null, but sockets is 2/],
    [changed('value: 2, source', 'value: 1, source'), /memory\.remoteNs: is a figure, but sockets/],
    [changed('walk: null', 'walk: ['), /^h\.yaml:\d+:\d+: /],
    [changed('walk: null', 'walk: *all'), /^h\.yaml/],
    ['', /^h\.yaml:1:1: the file: /],
    [`walk: ${'['.repeat(20_000)}`, /^h\.yaml/],
  ] as const) {
    assert.match(
      refused(() => parseHost(text, 'h.yaml')),
      expected,
    );
  }
});

test('a host that is not there is refused with those that are', () => {
  assert.match(
    refused(() => loadHost('xeon-8255')),
    /^--host: "xeon-8255" is no packaged host \(did you mean xeon-8255c\?\); give e7-8895v3, /,
  );
  assert.match(
    refused(() => loadHost('./nowhere.yaml')),
    /^--host \.\/nowhere\.yaml: there is no such file; give a YAML file or a name \(irqbench list hosts\)$/,
  );
});
