import { type GateCheck, type GateResult, isFailure } from '../model/gate-result.js';
import { oneLine } from './content.js';
import { figure, gateHeader, refusedLines } from './gate-content.js';
import { type Element, xmlDocument } from './xml.js';

/**
 * JUnit XML, as Jenkins, GitLab and most others read it: a suite a gate, a case a check. There is no
 * standard; this keeps to what the schema of Jenkins' xunit plugin has (junit-10.xsd, 2016). Without
 * a time stamp, for the same gate is the same file.
 */
export function gateJunit(result: GateResult): string {
  const { checks, failure, partial } = result;
  const refused = refusedLines(result).map(skippedCase);
  const broken = failure ?? (partial ? 'interrupted' : null);
  const errors = broken === null ? [] : [errorCase(broken)];
  const counts = {
    tests: checks.length + refused.length + errors.length,
    failures: checks.filter(({ verdict }) => isFailure(verdict)).length,
    errors: errors.length,
    skipped: refused.length,
  };
  const { subject, setting } = gateHeader(result);
  const suite: Element = {
    name: 'testsuite',
    attributes: { name: oneLine(subject), ...counts },
    content: [
      properties(result, setting),
      ...checks.map(checkCase),
      ...refused,
      ...errors,
      ...output(result),
    ],
  };
  const { skipped: _, ...ofAll } = counts;
  return xmlDocument({
    name: 'testsuites',
    attributes: { name: 'irqbench gate', ...ofAll },
    content: [suite],
  });
}

const CLASS = 'irqbench.gate';

function properties({ tool, baseline }: GateResult, machine: string): Element {
  const property = (name: string, value: string): Element => ({
    name: 'property',
    attributes: { name, value },
  });
  return {
    name: 'properties',
    content: [
      property('irqbench', tool.version),
      property('machine', machine),
      ...(baseline === null ? [] : [property('baseline', oneLine(baseline))]),
    ],
  };
}

function testCase(name: string, content: readonly Element[] = []): Element {
  return { name: 'testcase', attributes: { classname: CLASS, name: oneLine(name) }, content };
}

function checkCase(check: GateCheck): Element {
  const { run, metric, evidence, verdict, baseline, now, unit } = check;
  const name = `${run}: ${metric} (${evidence})`;
  const reason = oneLine(check.reason);
  const figures = `now ${figure(now, unit)}, baseline ${figure(baseline, unit)}`;
  if (isFailure(verdict)) {
    const attributes = { type: verdict, message: `${verdict}: ${reason}` };
    return testCase(name, [{ name: 'failure', attributes, content: `${reason}; ${figures}` }]);
  }
  const remark = verdict === 'held' ? [] : [`${verdict}: ${reason}; ${figures}`];
  return testCase(
    name,
    remark.map((content) => ({ name: 'system-out', content })),
  );
}

function skippedCase(line: string): Element {
  return testCase(line.slice(0, line.indexOf(':')), [
    { name: 'skipped', attributes: { message: line } },
  ]);
}

function errorCase(why: string): Element {
  const message = oneLine(why);
  const error = { name: 'error', attributes: { type: 'run', message }, content: message };
  return testCase('the run', [error]);
}

function output({ accept, warnings }: GateResult): Element[] {
  const lines = warnings.map(({ message, remedy }) => oneLine(`${message}; ${remedy}`));
  return [
    ...(accept === null ? [] : [{ name: 'system-out', content: oneLine(accept) }]),
    ...(lines.length === 0 ? [] : [{ name: 'system-err', content: lines.join('\n') }]),
  ];
}
