import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyOfName } from '../../src/plan/options.js';
import { parseWorkload } from '../../src/plan/workload-yaml.js';
import fc from '../support/properties.js';
import { refused } from './refused.js';

describe('the text of a workload file', () => {
  it('gives each value with its line and its place', () => {
    const { description, entries } = parseWorkload(
      '# a comment\ndescription: what it is\n\nhold:   400ms\npin: [0, 2-3]\nvms: "12"\n',
      'w.yaml',
    );
    assert.equal(description, 'what it is');
    assert.deepEqual(
      [...entries],
      [
        ['holdNs', { value: '400ms', line: 4, where: 'w.yaml:4:9 hold' }],
        ['pin', { value: ['0', '2-3'], line: 5, where: 'w.yaml:5:6 pin' }],
        ['vms', { value: '12', line: 6, where: 'w.yaml:6:6 vms' }],
      ],
    );
  });

  it('is text to YAML, whatever version it claims to be', () => {
    const { entries } = parseWorkload('%YAML 1.1\n---\npin: off\nvms: 0010\n', 'w.yaml');
    assert.deepEqual([entries.get('pin')?.value, entries.get('vms')?.value], ['off', '0010']);
  });

  it('may be a flow mapping, and may have no description', () => {
    const { description, entries } = parseWorkload('{vms: 1, hold: 5ms}\r\n', 'w.yaml');
    assert.equal(description, null);
    assert.equal(entries.get('holdNs')?.where, 'w.yaml:1:16 hold');
  });

  it('may say what it runs on and what it is held against', () => {
    const { settings, entries } = parseWorkload(
      'vms: 1\nbackend: sim\nhost: ./mine.yaml\nbaseline: base.json\n',
      'w.yaml',
    );
    assert.deepEqual([...entries.keys()], ['vms']);
    assert.deepEqual(settings, {
      backend: { value: 'sim', where: 'w.yaml:2:10 backend' },
      host: { value: './mine.yaml', where: 'w.yaml:3:7 host' },
      baseline: { value: 'base.json', where: 'w.yaml:4:11 baseline' },
    });
    assert.deepEqual(parseWorkload('vms: 1', 'w.yaml').settings, {});
    assert.match(
      refused(() => parseWorkload('backend: [sim]', 'w.yaml')),
      /^w\.yaml:1:10: backend/,
    );
  });

  it('has thresholds, one or a list, each with its own place', () => {
    const { thresholds, entries } = parseWorkload(
      "vms: 1\nthresholds:\n  - register.p99 > 2ms\n  - ' audit.damage > 0 '\n",
      'w.yaml',
    );
    assert.equal(entries.size, 1);
    assert.deepEqual(thresholds, [
      { value: 'register.p99 > 2ms', line: 3, where: 'w.yaml:3:5 thresholds' },
      { value: 'audit.damage > 0', line: 4, where: 'w.yaml:4:5 thresholds' },
    ]);
    const one = parseWorkload('thresholds: register.p99 > 2ms', 'w.yaml');
    assert.deepEqual(one.thresholds, [
      { value: 'register.p99 > 2ms', line: 1, where: 'w.yaml:1:13 thresholds' },
    ]);
    assert.deepEqual(parseWorkload('vms: 1', 'w.yaml').thresholds, []);
    assert.deepEqual(parseWorkload('thresholds: []', 'w.yaml').thresholds, []);
  });

  const lines = '; a workload file is lines of "name: value"';
  const cases: [string, string, string][] = [
    [
      'a typo in a key',
      'vms: 1\nhodl: 3ms\n',
      '2:1: "hodl" is no run option (did you mean hold?); see irqbench fork --help',
    ],
    ['a key of nobody', 'format: json', '1:1: "format" is no run option; see irqbench fork --help'],
    [
      'a key in camel case',
      'connectCost: 0',
      '1:1: "connectCost" is no run option (did you mean connect-cost?); see irqbench fork --help',
    ],
    ['a tab at the start', '\tvms: 800\n', `1:1: Tabs are not allowed as indentation${lines}`],
    [
      'a tab before a value',
      'vms: 1\nhold:\n\t400ms',
      `3:1: Tabs are not allowed as indentation${lines}`,
    ],
    [
      'a duplicate key',
      'vms: 1\nhold: 1ms\nvms: 2',
      '3:1: "vms" is given twice, first on line 1; keep one',
    ],
    [
      'a duplicate description',
      'description: a\ndescription: b',
      '2:1: "description" is given twice, first on line 1; keep one',
    ],
    ['a list', '- vms: 1', `1:1: is no mapping${lines}`],
    ['a word', '\n\nvms', `3:1: is no mapping${lines}`],
    [
      'two documents',
      'vms: 1\n---\nvms: 2\n',
      '2:1: a second document; a workload file has but one',
    ],
    ['a mapping as value', 'vms:\n  count: 1', '2:3: vms is a mapping; give it one value'],
    [
      'a list in a list',
      'pin: [0, [1]]',
      '1:10: pin lists more than plain values; give only those',
    ],
    ['an alias', 'vms: &n 1\nburst: *n', '2:8: burst is an alias; write the value itself'],
    [
      'an alias in a list',
      'vms: &n 1\npin: [*n]',
      '2:7: pin lists more than plain values; give only those',
    ],
    ['a tag', 'vms: !!int 3', `1:6: Unresolved tag: tag:yaml.org,2002:int${lines}`],
    ['a key that is a list', '? [a]\n: b', '1:3: a key is no plain word; keys are option names'],
    [
      'two values in a line',
      'vms: 800: 3',
      `1:6: Nested mappings are not allowed in compact mappings${lines}`,
    ],
    ['an open quote', 'vms: "1\n', `2:1: Missing closing "quote${lines}`],
    [
      'a long description',
      'description: |\n  a\n  b\n',
      '1:14: description is not one line of text; say what the file is for',
    ],
    [
      'an empty description',
      'vms: 1\ndescription:\n',
      '2:13: description is not one line of text; say what the file is for',
    ],
    [
      'no threshold where one is named',
      'vms: 1\nthresholds:\n',
      '2:12: thresholds are lines such as "- register.p99 > 2ms"',
    ],
    [
      'a threshold that is a mapping',
      'thresholds:\n  - register.p99: 2ms\n',
      '2:5: thresholds are lines such as "- register.p99 > 2ms"',
    ],
    [
      'thresholds that are a mapping',
      'thresholds:\n  register.p99: 2ms\n',
      '2:3: thresholds are lines such as "- register.p99 > 2ms"',
    ],
    [
      'a typo in thresholds',
      'treshold: a > b',
      '1:1: "treshold" is no run option (did you mean thresholds?); see irqbench fork --help',
    ],
    ['a directive', '%FOO\n---\nvms: 1', `1:1: Unknown directive %FOO${lines}`],
  ];
  for (const [what, text, message] of cases) {
    it(`is refused for ${what}`, () => {
      assert.equal(
        refused(() => parseWorkload(text, 'w.yaml')),
        `w.yaml:${message}`,
      );
    });
  }

  for (const text of ['', '\n \n', '# only a comment\n', '---\n']) {
    it(`is refused as empty: ${JSON.stringify(text)}`, () => {
      assert.equal(
        refused(() => parseWorkload(text, 'w.yaml')),
        'w.yaml: is empty; give options, such as "vms: 800"',
      );
    });
  }

  it('is refused where it nests deep enough to overflow a stack', () => {
    for (const unit of ['[', '{', '- ', '? ', 'a: ', '{a: [']) {
      const message = refused(() => parseWorkload(unit.repeat(20_000), 'w.yaml'));
      assert.match(message, /^w\.yaml:1:\d+: nested too deep$/, unit);
    }
  });

  it('is refused where aliases multiply', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
    assert.match(
      refused(() => parseWorkload(`vms: &a-1 x\n${levels.join('\n')}`, 'w.yaml')),
      /^w\.yaml:2:1: "a0" is no run option/,
    );
  });

  it('never throws anything but one line that begins with the file', () => {
    const token = fc.constantFrom(
      ...[...'[]{},:-?&*!|>\'"%@`#~\n\t \r', '\n  ', '---\n', '...\n', '<<: ', '\u0085', '\u2028'],
      ...[...keyOfName.keys()].map((name) => `${name}: `),
    );
    const noise = fc
      .array(fc.oneof({ weight: 3, arbitrary: token }, fc.string({ maxLength: 6 })))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), (text) => {
        try {
          parseWorkload(text, 'w.yaml');
        } catch {
          assert.match(
            refused(() => parseWorkload(text, 'w.yaml')),
            /^w\.yaml(:\d+:\d+)?: ./,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });
});
