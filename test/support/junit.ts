import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validateXML } from 'xmllint-wasm';

const SCHEMA = readFileSync(
  fileURLToPath(new URL('../../../test/fixtures/junit.xsd', import.meta.url)),
  'utf8',
);

/** What libxml2 has against a document: it is not well-formed, or not as the schema has it. */
export async function junitFaults(xml: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'gate.xml', contents: xml }],
    schema: [SCHEMA],
  });
  return errors.map(({ message }) => message);
}
