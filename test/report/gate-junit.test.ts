import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGate } from '../../src/report/render.js';
import { xmlText } from '../../src/report/xml.js';
import { buildGate, CROSSED, hostileGate, SLOWER } from '../fixtures/gate.js';
import { junitFaults } from '../support/junit.js';
import fc from '../support/properties.js';

const junit = (gate = buildGate()) => renderGate(gate, 'junit', true);

const GATES = {
  failed: buildGate(),
  passed: buildGate({ checks: [], refused: [], warnings: [], accept: null, baseline: null }),
  interrupted: buildGate({ partial: true }),
  broken: buildGate({ failure: 'VM 3 died' }),
  empty: buildGate({ runs: [], checks: [] }),
  hostile: hostileGate(),
};
for (const [name, gate] of Object.entries(GATES)) {
  test(`a gate that is ${name} is JUnit XML`, async () => {
    assert.deepEqual(await junitFaults(junit(gate)), []);
  });
}

test('the schema has something against what is no JUnit XML', async () => {
  const xml = junit();
  for (const broken of [
    xml.replace('</testsuites>', ''),
    xml.replace(/(<testsuite [^>]*) tests="7"/, '$1'),
    xml.replace('<failure', '<fault').replace('</failure', '</fault'),
    xml.replace('classname', 'class'),
  ]) {
    assert.notEqual(broken, xml);
    assert.notDeepEqual(await junitFaults(broken), []);
  }
});

test('a case a check, counted, and a failure for those that fail', () => {
  const xml = junit();
  assert.match(
    xml,
    /<testsuite name="irqbench gate · linux-6\.2, outside · baseline ci\.baseline\.json" tests="7" failures="3" errors="0" skipped="1">/,
  );
  assert.equal(xml.match(/<testcase /g)?.length, 7);
  assert.equal(xml.match(/<failure /g)?.length, 3);
  assert.match(
    xml,
    /<testcase classname="irqbench\.gate" name="linux-6\.2: register\.p99 \(statistical\)">\n +<failure type="regressed" message="regressed: the interval is beyond the noise of 10 %">/,
  );
  assert.ok(xml.includes(`name="outside: register.p99 &gt; base * 1.10 (absolute)"`));
  assert.ok(xml.includes(`message="crossed: ${CROSSED.reason}"`));
  assert.ok(xml.includes(`${SLOWER.reason}; now 3.00, baseline 2.00</failure>`));
});

test('evidence that was not held is skipped, a run that failed an error', () => {
  assert.match(
    junit(),
    /<skipped message="statistical evidence .*: CPU: Example A, now Example B"/,
  );
  const xml = junit(GATES.broken);
  assert.match(xml, /tests="8" failures="3" errors="1" skipped="1"/);
  assert.match(xml, /<error type="run" message="VM 3 died">VM 3 died<\/error>/);
});

test('any text is text: well-formed, and read back where XML can have it', async () => {
  const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), 300);
  const cases = texts.map((text) => `<c n="${xmlText(text)}">${xmlText(text)}</c>`);
  const { validateXML } = await import('xmllint-wasm');
  const { valid, rawOutput } = await validateXML({
    xml: `<all>${cases.join('\n')}</all>`,
    schema: [
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="all"/></xs:schema>`,
    ],
  });
  assert.ok(valid, rawOutput.slice(0, 500));
});
