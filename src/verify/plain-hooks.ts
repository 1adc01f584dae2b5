import type { Observer } from '../stepping/operation.js';
import type { Execution } from './execution.js';
import type { Race } from './races.js';
import type { ThreadState } from './thread.js';

/** Plain accesses of the thread that runs: checked for races, and part of its history. */
export class PlainHooks implements Observer {
  execution: Execution | null = null;
  /** Null while nobody is stepped: set-up. */
  thread: ThreadState | null = null;
  /** Whether stepped code wrote elements of something that is not the shared memory. */
  sawPrivateState = false;
  /** Names a place and a word for a message. */
  private readonly nameSite: (site: number) => string;
  private readonly nameWord: (word: number) => string;

  constructor(nameSite: (site: number) => string, nameWord: (word: number) => string) {
    this.nameSite = nameSite;
    this.nameWord = nameWord;
  }

  read(site: number, array: Int32Array, at: number, value: number): void {
    const { execution, thread } = this;
    if (execution === null || thread === null) return;
    const word = this.noteWord(execution, site, array, at);
    execution.report(thread, site, execution.races.plainRead(thread.id, word, site));
    if (execution.isOutput[word] === 1) return;
    thread.history.add(value);
    execution.recorder?.addPlain(thread, site, word, 'read', value);
  }

  write(site: number, array: Int32Array, at: number, value: number): void {
    const { execution, thread } = this;
    if (execution === null || thread === null) return;
    const word = this.noteWord(execution, site, array, at);
    execution.report(thread, site, execution.races.plainWrite(thread.id, word, site));
    if (execution.isOutput[word] === 1) return;
    if (array[at] !== value) execution.changed();
    execution.recorder?.addPlain(thread, site, word, 'write', value);
  }

  writePrivate(): void {
    this.sawPrivateState = true;
  }

  call(site: number): void {
    this.thread?.history.call(site);
  }

  returned(value: unknown): void {
    this.thread?.history.returned(value, this.execution?.forgets === true);
  }

  state(site: number, variables: readonly unknown[]): void {
    if (this.execution?.forgets) this.thread?.history.state(site, variables);
  }

  describe({ word, other, otherSite, otherWrote }: Race, thread: number, site: number): string {
    const access = otherWrote ? 'write' : 'read';
    const [here, there] = [this.nameSite(site), this.nameSite(otherSite)];
    return `${this.nameWord(word)}: thread ${thread}'s access ${here} and thread ${other}'s ${access} ${there} are not ordered, and one of them is plain`;
  }

  describeNull(site: number, word: number): string {
    return `word ${word}, which is nobody's, is accessed ${this.nameSite(site)}`;
  }

  /** The element's word; of one that takes two, the other one is noted as well. */
  private noteWord(execution: Execution, site: number, array: Int32Array, at: number): number {
    const word = (array.byteOffset + at * array.BYTES_PER_ELEMENT) >>> 2;
    if (array.BYTES_PER_ELEMENT === 8) execution.races.note(word + 1);
    execution.lookForNull(site, word);
    return word;
  }
}
