import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, editorOf } from '../support/edit.js';

const TEXT = ['a {', '  one;', '  two;', '}', 'b {', '  one;', '}'].join('\n');
const edit = (from: string, to: string) => ({ module: 'm', from, to });

test('text is changed where it is, whatever its indentation, and what follows stays there', () => {
  assert.equal(
    change(TEXT, edit('one;\n      two;', 'three;')),
    TEXT.replace('one;\n  two;', 'three;\n'),
  );
  assert.equal(
    change(TEXT, edit('w', 'W $&')),
    TEXT.replace('w', () => 'W $&'),
  );
});

test('what takes more lines than there were shares the last of them', () => {
  assert.equal(
    change(TEXT, edit('one;\ntwo;', 'three;\nfour;\nfive;')),
    TEXT.replace('one;\n  two;', 'three;\nfour; five;'),
  );
});

test('text that is not there, or twice, is refused', () => {
  assert.throws(() => change(TEXT, edit('three;', '')), /m has 0 places of: three;/);
  assert.throws(() => change(TEXT, edit('one;', '')), /m has 2 places of: one;/);
});

test('changes of one module are made one after the other', () => {
  const make = editorOf([edit('two;', 'three;'), edit('three;', 'four;')]);
  assert.equal(make('m', TEXT), TEXT.replace('two;', 'four;'));
  assert.equal(make('n', TEXT), TEXT);
});
