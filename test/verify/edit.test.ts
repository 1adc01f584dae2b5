import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, editorOf } from '../support/edit.js';

const TEXT = ['a {', '  one;', '  two;', '}', 'b {', '  one;', '}'].join('\n');
const edit = (from: string[], to: string[]) => ({ module: 'm', from, to });

test('lines are changed where they are, whatever their indentation', () => {
  assert.equal(
    change(TEXT, edit(['one;', 'two;'], ['three;', ''])),
    TEXT.replace('  one;\n  two;', 'three;\n'),
  );
});

test('lines that are not there, or twice, or not as many, are refused', () => {
  assert.throws(() => change(TEXT, edit(['three;'], ['four;'])), /m: 0 places of "three;"/);
  assert.throws(() => change(TEXT, edit(['one;'], ['four;'])), /m: 2 places of "one;"/);
  assert.throws(() => change(TEXT, edit(['one;', 'two;'], ['four;'])), /2 lines are not changed/);
});

test('changes of one module are made one after the other', () => {
  const make = editorOf([edit(['two;'], ['three;']), edit(['three;'], ['four;'])]);
  assert.equal(make('m', TEXT), TEXT.replace('  two;', 'four;'));
  assert.equal(make('n', TEXT), TEXT);
});
