/** XML 1.0 as it is written here: elements, attributes and text. */

export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Elements, or text; an element that has text has nothing else. */
  readonly content?: readonly Element[] | string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/**
 * Text for content and for attributes in double quotes. What XML 1.0 has no way to write, even
 * escaped (control characters, half of a surrogate pair), becomes U+FFFD.
 */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A document that ends with one newline. */
export function xmlDocument(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}`;
}

function written({ name, attributes = {}, content = [] }: Element, indent: string): string {
  const given = Object.entries(attributes).map(
    ([attribute, value]) => ` ${attribute}="${xmlText(String(value))}"`,
  );
  const open = `${indent}<${name}${given.join('')}`;
  if (content.length === 0) return `${open}/>\n`;
  if (typeof content === 'string') return `${open}>${xmlText(content)}</${name}>\n`;
  const inner = content.map((element) => written(element, `${indent}  `)).join('');
  return `${open}>\n${inner}${indent}</${name}>\n`;
}
