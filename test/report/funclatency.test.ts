import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../src/measure/histogram.js';
import { funclatency, log2HistogramLines } from '../../src/report/funclatency.js';
import fc from '../support/properties.js';

const of = (...samplesNs: number[]) => funclatency(summarize(Float64Array.from(samplesNs), []));

const BAR = /^ *(\d+) -> (\d+) *: (\d+) *\|(\**)( *)\|$/;

/** One line of a histogram, read back. */
function parseBar(line: string) {
  const match = BAR.exec(line);
  assert.ok(match, `no histogram line: ${line}`);
  const [, low = '', high = '', count, stars = '', rest = ''] = match;
  return {
    low: BigInt(low),
    high: BigInt(high),
    count: Number(count),
    stars: stars.length,
    width: stars.length + rest.length,
  };
}

/** bcc's own way to a bar: stars are added until the next would pass the share. */
function starsByCounting(count: number, largest: number, width: number): number {
  let stars = 0;
  while (!(stars > (width * count) / largest - 1 || stars > width - 1)) stars++;
  return stars;
}

test('the layout is that of bcc funclatency', () => {
  assert.equal(
    of(1, 2, 3, 5, 5, 6, 7),
    `     nsecs               : count     distribution
         0 -> 1          : 1        |**********                              |
         2 -> 3          : 2        |********************                    |
         4 -> 7          : 4        |****************************************|

avg = 4 nsecs, total: 29 nsecs, count: 7
`,
  );
});

test('a share that is no whole star is rounded down', () => {
  assert.equal(
    of(0, 4, 4, 4),
    `     nsecs               : count     distribution
         0 -> 1          : 1        |*************                           |
         2 -> 3          : 0        |                                        |
         4 -> 7          : 3        |****************************************|

avg = 3 nsecs, total: 12 nsecs, count: 4
`,
  );
});

test('from 2^32 ns on the bounds are wide and the bars half as long', () => {
  assert.equal(
    of(3, 2 ** 31, 2 ** 31, 2 ** 32, 2 ** 32, 2 ** 32),
    `               nsecs                         : count     distribution
                   0 -> 1                    : 0        |                    |
                   2 -> 3                    : 1        |******              |
                   4 -> 7                    : 0        |                    |
                   8 -> 15                   : 0        |                    |
                  16 -> 31                   : 0        |                    |
                  32 -> 63                   : 0        |                    |
                  64 -> 127                  : 0        |                    |
                 128 -> 255                  : 0        |                    |
                 256 -> 511                  : 0        |                    |
                 512 -> 1023                 : 0        |                    |
                1024 -> 2047                 : 0        |                    |
                2048 -> 4095                 : 0        |                    |
                4096 -> 8191                 : 0        |                    |
                8192 -> 16383                : 0        |                    |
               16384 -> 32767                : 0        |                    |
               32768 -> 65535                : 0        |                    |
               65536 -> 131071               : 0        |                    |
              131072 -> 262143               : 0        |                    |
              262144 -> 524287               : 0        |                    |
              524288 -> 1048575              : 0        |                    |
             1048576 -> 2097151              : 0        |                    |
             2097152 -> 4194303              : 0        |                    |
             4194304 -> 8388607              : 0        |                    |
             8388608 -> 16777215             : 0        |                    |
            16777216 -> 33554431             : 0        |                    |
            33554432 -> 67108863             : 0        |                    |
            67108864 -> 134217727            : 0        |                    |
           134217728 -> 268435455            : 0        |                    |
           268435456 -> 536870911            : 0        |                    |
           536870912 -> 1073741823           : 0        |                    |
          1073741824 -> 2147483647           : 0        |                    |
          2147483648 -> 4294967295           : 2        |*************       |
          4294967296 -> 8589934591           : 3        |********************|

avg = 2863311531 nsecs, total: 17179869187 nsecs, count: 6
`,
  );
});

test('slot 32 is the last of the narrow layout', () => {
  const lines = log2HistogramLines([...Array(32).fill(0), 1]);
  assert.equal(lines[0], '     nsecs               : count     distribution');
  assert.equal(
    lines.at(-1),
    '2147483648 -> 4294967295 : 1        |****************************************|',
  );
});

test('without samples there is one line that says so', () => {
  assert.equal(of(), 'count: 0\n');
  assert.deepEqual(log2HistogramLines([]), []);
  assert.deepEqual(log2HistogramLines([0, 0, 0]), []);
});

test('bars are those that bcc counts out, and never wider than their field', () => {
  const counts = fc.array(fc.oneof(fc.nat({ max: 9 }), fc.nat()), { minLength: 2, maxLength: 64 });
  fc.assert(
    fc.property(counts, (drawn) => {
      const slots = [0, ...drawn, 1];
      const last = slots.length - 1;
      const [title = '', ...bars] = log2HistogramLines(slots);
      const width = last <= 32 ? 40 : 20;
      const largest = Math.max(...slots);
      assert.equal(title.indexOf(':'), (bars[0] ?? '').indexOf(':'));
      assert.equal(bars.length, last);
      for (const [index, line] of bars.entries()) {
        const slot = index + 1;
        const bar = parseBar(line);
        assert.equal(bar.low, slot === 1 ? 0n : 1n << BigInt(slot - 1));
        assert.equal(bar.high, (1n << BigInt(slot)) - 1n);
        assert.equal(bar.count, slots[slot]);
        assert.equal(bar.width, width);
        assert.equal(bar.stars, starsByCounting(bar.count, largest, width));
      }
    }),
  );
});

test('every sample is counted once, in the slot whose bounds hold it', () => {
  const samples = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(samples, (samplesNs) => {
      const lines = of(...samplesNs).split('\n');
      const bars = lines.slice(1, lines.indexOf('')).map(parseBar);
      for (const { low, high, count } of bars) {
        assert.equal(samplesNs.filter((ns) => ns >= low && ns <= high).length, count);
      }
      const total = samplesNs.reduce((sum, ns) => sum + ns, 0);
      const count = samplesNs.length;
      assert.equal(
        lines.at(-2),
        `avg = ${Math.floor(total / count)} nsecs, total: ${total} nsecs, count: ${count}`,
      );
    }),
  );
});
