import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  counted,
  countFactor,
  formatBytes,
  formatCount,
  formatFigure,
  formatNs,
  formatProbability,
  formatRatio,
  formatShare,
  nsPer,
  parseCount,
  parseDurationNs,
  spellNs,
} from '../src/units.js';
import fc from './support/properties.js';

test('durations are read with their unit', () => {
  const read = (text: string) => parseDurationNs(text);
  assert.deepEqual(
    ['0', '250ns', '5us', '5µs', '400ms', '1.5s', '2m', '.5ms', ' 7 ms '].map(read),
    [0, 250, 5e3, 5e3, 400e6, 1.5e9, 120e9, 500e3, 7e6],
  );
  for (const text of ['', '400', 'ms', '-1ms', '1e3ms', '4 00ms', '1h', 'banana', '1..5s']) {
    assert.equal(read(text), undefined, text);
  }
});

test('counts are read with their factor, and are whole', () => {
  const read = (text: string) => parseCount(text);
  assert.deepEqual(
    ['0', '800', '12k', '1.5M', '62_500', '2G', '1.5k'].map(read),
    [0, 800, 12e3, 1.5e6, 62_500, 2e9, 1500],
  );
  for (const text of ['', '-1', '15.5', '1.0001k', '1e3', '12kk', '0x10', ' ', '_1']) {
    assert.equal(read(text), undefined, text);
  }
});

test('a spelled duration is read as what it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3600 * 1e9 }), (ns) => {
      assert.equal(parseDurationNs(spellNs(ns)), ns);
    }),
  );
});

test('durations are written in three digits and the largest unit that leaves at least one', () => {
  assert.deepEqual(
    [0, 7, 521.4, 999, 999.6, 4263, 42_630, 138.2e6, 999.6e6, 1.034e9, 61e9].map(formatNs),
    [
      '0 ns',
      '7 ns',
      '521 ns',
      '999 ns',
      '1.00 us',
      '4.26 us',
      '42.6 us',
      '138 ms',
      '1.00 s',
      '1.03 s',
      '61.0 s',
    ],
  );
});

test('a written duration is within half a per cent of what it was', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (ns) => {
      const back = parseDurationNs(formatNs(ns)) ?? Number.NaN;
      // Reading gives whole nanoseconds, which adds up to half a one to what writing rounds.
      const allowedNs = Math.max(0.6, ns * 0.005);
      assert.ok(Math.abs(back - ns) <= allowedNs, `${ns} → ${formatNs(ns)}`);
    }),
  );
});

test('counts and sizes are written for people', () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(formatCount), ['0', '999', '1,000', '1,234,567']);
  assert.deepEqual([512, 81_920, 6.1e6, 1.0896e9].map(formatBytes), [
    '512 B',
    '81.9 kB',
    '6.10 MB',
    '1.09 GB',
  ]);
  assert.deepEqual([counted(1, 'VM'), counted(20, 'VM')], ['1 VM', '20 VMs']);
});

test('ratios, probabilities and shares are written to the digits that mean something', () => {
  assert.deepEqual([0.01234, 0.125, 1, 8.157, 99.94, 99.96, 1234.5].map(formatRatio), [
    '0.0123',
    '0.125',
    '1.00',
    '8.16',
    '99.9',
    '100',
    '1235',
  ]);
  assert.deepEqual([1, 0.996, 0.83, 0.00123, 0.0000321, 0].map(formatProbability), [
    '1',
    '1',
    '0.83',
    '0.0012',
    '3.2e-5',
    '<1e-99',
  ]);
  assert.deepEqual([0, 0.005, 0.05, 0.1234, 1, 3].map(formatShare), [
    '0 %',
    '0.5 %',
    '5 %',
    '12.3 %',
    '100 %',
    '300 %',
  ]);
});

test('a figure is written with its unit, and a mean count with its fraction', () => {
  const written: [number, 'ns' | 'count' | 'ratio', string][] = [
    [2_310_000, 'ns', '2.31 ms'],
    [-2_310_000, 'ns', '-2.31 ms'],
    [36_000_000, 'count', '36,000,000'],
    [4.5, 'count', '4.5'],
    [1234.5, 'count', '1,235'],
    [0, 'ratio', '0'],
    [1.5, 'ratio', '1.50'],
  ];
  for (const [value, unit, text] of written) assert.equal(formatFigure(value, unit), text);
});

test('units of time and factors of counts are known by their own names alone', () => {
  assert.deepEqual(['ns', 'us', 'ms', 's'].map(nsPer), [1, 1e3, 1e6, 1e9]);
  assert.deepEqual(['', 'k', 'M'].map(countFactor), [1, 1e3, 1e6]);
  for (const name of ['', 'h', 'constructor', '__proto__']) assert.equal(nsPer(name), undefined);
  for (const name of ['m', 'toString', '__proto__']) assert.equal(countFactor(name), undefined);
});
