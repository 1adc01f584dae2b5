import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { listScenarios, loadScenario } from '../../src/plan/scenario-file.js';
import { parseScenario } from '../../src/plan/scenario-yaml.js';
import { refused } from './refused.js';

const SOUND = `description: what it is
objects:
  c0: {consumer: a, add-fails: EIO}
  p0: {producer: b, without: [stop, start], registered: yes}
arena: {nodes: 3}
threads:
  - [register: c0, unregister: c0, free-token: b]
  - [reuse-token: b, unregister: p0, switch-bypass: off]
`;

describe('the text of a scenario', () => {
  it('says who is there, and what each thread does', () => {
    assert.deepEqual(parseScenario(SOUND, 'mine', 'm.yaml'), {
      name: 'mine',
      description: 'what it is',
      tokens: ['a', 'b'],
      objects: [
        { name: 'c0', side: 'consumer', token: 1, without: [], addError: -5, isRegistered: false },
        {
          name: 'p0',
          side: 'producer',
          token: 2,
          without: ['stop', 'start'],
          addError: 0,
          isRegistered: true,
        },
      ],
      arena: { nodes: 3, entries: null },
      threads: [
        [
          { verb: 'register', object: 0 },
          { verb: 'unregister', object: 0 },
          { verb: 'free-token', token: 2 },
        ],
        [
          { verb: 'reuse-token', token: 2 },
          { verb: 'unregister', object: 1 },
          { verb: 'switch-bypass', isOn: false },
        ],
      ],
    });
  });

  const replaced = (from: string, to: string) => SOUND.replace(from, to);
  const cases: [string, string, string][] = [
    ['nothing', '', 'm.yaml: is empty; give description, objects and threads'],
    [
      'a list',
      '- a',
      'm.yaml:1:1: the scenario is not a mapping; give description, objects and threads',
    ],
    [
      'a file without threads',
      'description: x\nobjects: {c0: {consumer: a}}\n',
      'm.yaml:1:1: there is no threads; give - [register: c0, unregister: c0] for each thread',
    ],
    [
      'a typo in a key',
      replaced('arena:', 'arenas:'),
      'm.yaml:5:1: "arenas" is no key of the scenario (did you mean arena?); give description, objects, arena or threads',
    ],
    [
      'a typo in an object',
      replaced('add-fails', 'add-fail'),
      'm.yaml:3:21: "add-fail" is no key of objects.c0 (did you mean add-fails?); give consumer, producer, add-fails, without or registered',
    ],
    [
      'a key twice',
      replaced('  p0', '  c0'),
      'm.yaml:4:3: "c0" is given twice, first on line 3; keep one',
    ],
    [
      'an unknown error',
      replaced('EIO', 'EGAD'),
      'm.yaml:3:32: objects.c0.add-fails: "EGAD" is none of EPERM, EIO, EAGAIN, ENOMEM, EBUSY, ENODEV or EINVAL; give one of them',
    ],
    [
      'an object of both sides',
      replaced('consumer: a', 'consumer: a, producer: a'),
      'm.yaml:3:7: c0 is no consumer or both; give {consumer: a} or {producer: a}',
    ],
    [
      'an object of neither',
      replaced('consumer: a, ', ''),
      'm.yaml:3:7: c0 is no consumer or both; give {consumer: a} or {producer: a}',
    ],
    [
      'a name that is none',
      replaced('p0:', '"p 0":'),
      'm.yaml:4:3: "p 0" is no name; give a short word, such as c0',
    ],
    [
      'a failure of a callback that is not there',
      replaced('EIO', 'EIO, without: [add]'),
      'm.yaml:3:7: c0 has no add callback that could fail; leave one of the two out',
    ],
    [
      'a registered consumer that no manager takes',
      replaced('add-fails: EIO', 'without: [del], registered: yes'),
      'm.yaml:3:7: c0 lacks a callback, so it is refused; it cannot be registered',
    ],
    [
      'a registered pair that cannot connect',
      replaced('EIO}', 'EIO, registered: yes}').replace('producer: b', 'producer: a'),
      'm.yaml:3:7: c0 cannot be connected beforehand: an add callback of the two fails',
    ],
    [
      'a capacity that is none',
      replaced('nodes: 3', 'nodes: few'),
      'm.yaml:5:16: arena.nodes: "few" is no whole number from 1 to 9999',
    ],
    [
      'one thread',
      replaced('  - [reuse-token: b, unregister: p0, switch-bypass: off]\n', ''),
      'm.yaml:7:3: threads are too few; give 2 to 4',
    ],
    [
      'a thread without steps',
      replaced('[register: c0, unregister: c0, free-token: b]', '[]'),
      'm.yaml:7:5: threads.0 has none or too many steps; give 1 to 16',
    ],
    [
      'a step that does two things',
      replaced('[register: c0, unregister: c0', '[{register: c0, unregister: c0}'),
      'm.yaml:7:6: a step does one thing; give one of register, unregister, free-token, reuse-token or switch-bypass',
    ],
    [
      'a typo in a step',
      replaced('[register', '[registr'),
      'm.yaml:7:6: "registr" is no key of threads.0.0 (did you mean register?); give register, unregister, free-token, reuse-token or switch-bypass',
    ],
    [
      'an object that is not there',
      replaced('[register: c0', '[register: c9'),
      'm.yaml:7:16: "c9" is no object of this scenario (did you mean c0?); give c0 or p0',
    ],
    [
      'a token that is not there',
      replaced('free-token: b', 'free-token: z'),
      'm.yaml:7:48: "z" is no token of this scenario; give a or b',
    ],
    [
      'an object of two threads',
      replaced('unregister: p0', 'register: c0'),
      'm.yaml:8:22: c0 belongs to thread 0; only one thread may own it',
    ],
    [
      'a registration of who is registered',
      replaced('unregister: p0', 'register: p0'),
      'm.yaml:8:22: p0 is registered here; an owner registers and unregisters in turn',
    ],
    [
      'a wait for what nobody frees',
      replaced(', free-token: b', ''),
      'm.yaml:8:6: no other thread frees token b; give one a step free-token: b',
    ],
    [
      'an alias',
      replaced('[register: c0', '[register: *c'),
      'm.yaml:7:16: is an alias; write the value itself',
    ],
    [
      'a description of two lines',
      replaced('what it is', '"one\\ntwo"'),
      'm.yaml:1:14: description is not one line of text; say what the file is for',
    ],
  ];
  for (const [name, text, message] of cases) {
    it(`refuses ${name}`, () => {
      assert.equal(
        refused(() => parseScenario(text, 'mine', 'm.yaml')),
        message,
      );
    });
  }

  it('refuses whatever is written in one line', () => {
    const words = fc.constantFrom(
      'c0',
      'a',
      'consumer',
      'threads',
      'register',
      ':',
      '{',
      '}',
      '[',
      ']',
      '\n',
      ' ',
      '- ',
      ',',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
        const message = refused(() => parseScenario(parts.join(''), 'mine', 'm.yaml'));
        assert.match(message, /^m\.yaml[^\n]+$/);
      }),
    );
  });
});

describe('the packaged scenarios', () => {
  it('are read, and say what they are for', () => {
    const all = listScenarios();
    assert.ok(all.length >= 10);
    for (const { description } of all) assert.ok(description.length > 20);
    assert.deepEqual(
      all.map(({ name }) => name),
      all.map(({ name }) => name).sort(),
    );
  });

  it('are found by name, or by path', () => {
    const message = refused(() => loadScenario('two-consumer'));
    assert.match(
      message,
      /^--scenario: "two-consumer" is no packaged scenario \(did you mean two-consumers\?\)/,
    );
    assert.match(
      refused(() => loadScenario('./absent.yaml')),
      /^--scenario \.\/absent\.yaml: there is no such file; give a YAML file or a name \(irqbench list scenarios\)$/,
    );
  });
});
