import type { ArenaLayout } from '../irqbypass/arena.js';
import { ENTRY, ENTRY_WORDS } from '../irqbypass/entry.js';
import { BUCKET_WORDS } from '../irqbypass/hash-index.js';
import { FIELD } from '../irqbypass/objects.js';
import type { TableLayout } from '../irqbypass/table-layout.js';
import { COUNTER, Counters } from '../sync/counters.js';
import type { ManagerLayout, PlacedObject } from './manager-layout.js';
import type { Region } from './program.js';

/** What the words of a manager under test are called, and which of them nobody looks at. */

/** An object's word that no code knows of: it stands for what its owner and its callbacks do to it. */
export const OWN_WORD = 15;
/** The words of an object that its owner frees. */
export const OBJECT_WORDS = OWN_WORD + 1;

/** Counters by which a manager is judged in the end. */
const JUDGED = ['warnings', 'callbacksUnderLock'];

/** @param countersRead the counters that code may look at */
export function regionsOf(
  layout: ManagerLayout,
  countersRead: ReadonlySet<string> | 'all',
): Region[] {
  const { bypass, objects, scenario } = layout;
  const namer = new Namer();
  bypass.tables.forEach((table, shard) => {
    namer.table(layout, table, bypass.tables.length === 1 ? '' : ` of shard ${shard}`);
  });
  for (const object of objects) namer.object(object);
  namer.add('bypass switch', layout.switchAt, 1);
  scenario.tokens.forEach((name, i) => {
    namer.add(`token ${name} freed`, layout.freedAt + i, 1);
  });
  namer.counters(layout, countersRead);
  namer.output('lock statistics', bypass.entryCountersAt * 2, bypass.consumers.at);
  return namer.regions;
}

class Namer {
  readonly regions: Region[] = [];

  add(name: string, from: number, words: number): void {
    if (words > 0) this.regions.push({ name, from, to: from + words, isOutput: false });
  }

  /** Of two regions that have a word the first counts. */
  output(name: string, from: number, to: number): void {
    this.regions.push({ name, from, to, isOutput: true });
  }

  table(layout: ManagerLayout, table: TableLayout, suffix: string): void {
    const { algorithms, strategy, bypass } = layout;
    const { lockAt, ownerAt, stampsAt, arena, entries } = table;
    this.output(`owner${suffix}`, ownerAt, ownerAt + 1);
    this.add(`lock${suffix}`, lockAt, algorithms.lock.words(bypass.threads));
    const words = (capacity: number) => {
      if (algorithms.index !== null) return algorithms.index.words(capacity);
      if (strategy.index === 'hlist') return BUCKET_WORDS * 2 ** strategy.hashBits;
      return strategy.index === 'list' ? 2 : 1;
    };
    if (strategy.scope === 'token') {
      this.add(`entry index${suffix}`, table.entriesHead, words(table.mostEntries));
    } else {
      this.add(`consumers${suffix}`, table.consumersHead, words(table.mostConsumers));
      this.add(`producers${suffix}`, table.producersHead, words(table.mostProducers));
      this.add(`consumer stamps${suffix}`, stampsAt, 2);
      this.add(`producer stamps${suffix}`, stampsAt + 2, 2);
    }
    this.arena(`node arena${suffix}`, arena);
    this.add(`nodes${suffix}`, arena.placesAt, arena.capacity * arena.strideWords);
    this.arena(`entry arena${suffix}`, entries);
    for (let place = 0; place < entries.capacity; place++)
      this.entry(`entry ${place}${suffix}`, entries.placesAt + place * entries.strideWords);
  }

  private arena(name: string, { at, capacity }: ArenaLayout): void {
    if (capacity > 0) this.add(name, at, 3);
  }

  private entry(name: string, at: number): void {
    this.output(`${name}'s owner`, at + ENTRY.OWNER, at + ENTRY.OWNER + 1);
    for (const [field, word] of Object.entries(ENTRY))
      this.add(`${name}'s ${spell(field)}`, at + word, 1);
    this.add(name, at, ENTRY_WORDS);
  }

  object({ name, address }: PlacedObject): void {
    // Failures are not drawn, so nobody looks at how often a connect was tried.
    this.output(`${name}'s attempts`, address + FIELD.ATTEMPTS, address + FIELD.ATTEMPTS + 1);
    for (const [field, word] of Object.entries(FIELD))
      this.add(`${name}'s ${spell(field)}`, address + word, 1);
    this.add(`${name}'s callbacks and owner`, address + OWN_WORD, 1);
    this.add(name, address, OBJECT_WORDS);
  }

  counters(
    { memory, countersAt, bypass, switchAt }: ManagerLayout,
    read: ReadonlySet<string> | 'all',
  ): void {
    if (read === 'all') return;
    for (let thread = 0; thread < bypass.threads; thread++) {
      const { at } = new Counters(memory, countersAt, thread);
      for (const [name, cell] of Object.entries(COUNTER))
        if (read.has(name) || JUDGED.includes(name))
          this.add(`${name} of T${thread}`, (at + cell) * 2, 2);
    }
    this.output('counters', countersAt * 2, switchAt);
  }
}

/** `TOKEN_HI` → `token hi` */
function spell(field: string): string {
  return field.toLowerCase().replaceAll('_', ' ');
}
