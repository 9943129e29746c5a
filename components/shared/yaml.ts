import { type Document, isScalar, LineCounter, type Pair, parseDocument, type ScalarTag, visit } from "yaml";

/** Far above what an environment takes, and what the API server takes of one object. [Kubernetes, ConfigMap: 1 MiB] */
const longestText = 2 ** 20;

/** @throws Error for a text that can only be the wrong file, before it is read for minutes */
export function refuseLong(text: string): void {
  if (text.length > longestText)
    throw new Error(
      `holds ${Math.ceil(text.length / 1024)} KiB, at most ${longestText / 1024}: is it the right file? Split many tenants over environments`,
    );
}

/**
 * A document of YAML as plain values. Keys are compared here: the library compares each with every other one, which
 * takes minutes where a file has a hundred thousand.
 * @param scalars what is read before YAML 1.2's own scalars @default none
 * @throws Error that says what is wrong and where
 */
export function parseYaml(text: string, scalars: readonly ScalarTag[] = []): unknown {
  refuseLong(text);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    uniqueKeys: false,
    lineCounter: lines,
    logLevel: "error",
    customTags: (tags) => [...scalars, ...tags],
  });
  const [error] = document.errors;
  if (error?.code === "MULTIPLE_DOCS") throw new Error("holds more than one document; keep one, without ---");
  if (error !== undefined) throw error;
  const repeated = repeatedKey(document);
  if (repeated !== undefined) {
    const { line, col } = lines.linePos(repeated.offset);
    throw new Error(`duplicate key in a map, the second at line ${line}, column ${col}; keep one`);
  }
  return document.toJS();
}

/** The first key of a document that its map has already. */
function repeatedKey(document: Document): { readonly offset: number } | undefined {
  let found: { readonly offset: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items as Pair[]) {
        if (!isScalar(key)) continue;
        // Merge keys may occur more than once.
        if (seen.has(key.value) && key.value !== "<<") {
          found = { offset: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

/** Whether a JSON text names a key twice in an object: parsers of JSON take the last one without a word. */
export function repeatsKey(text: string): boolean {
  return repeatedKey(parseDocument(text, { uniqueKeys: false, logLevel: "silent" })) !== undefined;
}
