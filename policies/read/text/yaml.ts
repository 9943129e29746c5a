import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, Scalar } from "yaml";
import { type Unknown, unknown, type Value } from "../../framework/value.ts";

/** A parsed document, or why it can't be read. */
export type Yaml = { readonly value: Value } | { readonly problem: string };

/** Characters; a configuration of a thousand models has fewer. */
const longest = 262_144;
/** Values after every alias is followed, and how deep they nest: far more than any configuration needs. */
const mostValues = 100_000;
const deepest = 50;

/**
 * The value of a YAML or JSON document. Aliases and merge keys are followed. Where Python's reader, which takes YAML 1.1,
 * may see something else than the standard of today, the document can't be read: `yes`, `010`, `1e3`, dates, tags.
 * [PyYAML, resolver.py; yaml.org/spec/1.2.2]
 */
export function yaml(text: string): Yaml {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const read = parse(text);
  const [oldest] = recent.keys();
  if (recent.size === mostRecent && oldest !== undefined) recent.delete(oldest);
  recent.set(text, read);
  return read;
}

/**
 * The documents that were read last. A dozen rules read the same document one after another, and reading
 * it is most of what they cost; the result for a string never changes, so the cache has no other effect.
 */
const recent = new Map<string, Yaml>();
/** More than a stack has: with fewer, each rule's pass over all of them would drop what the next one begins with. */
const mostRecent = 100;

function parse(text: string): Yaml {
  if (text.length > longest) return { problem: "is longer than 256 Ki characters" };
  if (oddCharacters.test(text))
    return { problem: "holds characters that some readers take for the end of a line" };
  // Failsafe leaves every scalar a string, so that its meaning is decided below; duplicate keys are found there
  // too, because the parser's own search is quadratic.
  const document = parseDocument(text, { schema: "failsafe", uniqueKeys: false, logLevel: "error" });
  if (document.errors.length > 0) return { problem: "is not valid YAML" };
  if (/^%/m.test(text)) return { problem: "begins with a directive" };
  return new Reading().of(document.contents);
}

interface Anchored {
  readonly value: Value;
  readonly values: number;
}

/** One reading of a document, from its beginning to its end: an alias means what stood before it. */
class Reading {
  private readonly anchors = new Map<string, Anchored>();
  private problem: string | undefined;
  private values = 0;

  of(node: Node | null): Yaml {
    const value = this.read(node, 0);
    return this.problem === undefined ? { value } : { problem: this.problem };
  }

  private read(node: unknown, depth: number): Value {
    this.values += 1;
    if (this.values > mostValues || depth > deepest)
      return this.refuse("holds or nests more than can be read");
    if (isAlias(node)) return this.alias(node.source);
    if (node === null || node === undefined) return undefined;
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return this.refuse("is not valid YAML");
    if (node.tag !== undefined && node.tag !== "") return this.refuse("uses a tag to set a value's type");
    const before = this.values;
    const value = isScalar(node) ? this.scalar(node) : this.collection(node, depth);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { value, values: this.values - before });
    return value;
  }

  private alias(anchor: string): Value {
    const found = this.anchors.get(anchor);
    if (found === undefined) return this.refuse("has an alias for what doesn't stand before it");
    this.values += found.values;
    return found.value;
  }

  private collection(node: Node, depth: number): Value {
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1));
    if (!isMap(node)) return this.refuse("is not valid YAML");
    const own = new Map<string, Value>();
    const merged = new Map<string, Value>();
    for (const { key, value } of node.items) {
      if (isScalar(key) && key.type === Scalar.PLAIN && key.source === "<<") {
        if (merged.size > 0) return this.refuse("states a key twice");
        for (const [name, inner] of this.merge(this.read(value, depth + 1)))
          if (!merged.has(name)) merged.set(name, inner);
        continue;
      }
      const name = this.read(key, depth + 1);
      if (typeof name === "object" || typeof name === "boolean" || name === undefined)
        return this.refuse("has a key that is not a string");
      if (own.has(String(name))) return this.refuse("states a key twice");
      own.set(String(name), this.read(value, depth + 1));
    }
    return Object.fromEntries([...merged, ...own]);
  }

  /** The maps merged by `<<`: one, or several of which the first has precedence. */
  private merge(value: Value): readonly (readonly [string, Value])[] {
    const maps = Array.isArray(value) ? (value as readonly Value[]) : [value];
    return maps.flatMap((map) => {
      if (typeof map === "object" && !Array.isArray(map)) return Object.entries(map);
      this.refuse("merges a value that is not a map");
      return [];
    });
  }

  private scalar({ type, source, value }: Scalar): Value {
    const text = String(value);
    if (type !== Scalar.PLAIN) return text;
    const written = source ?? text;
    if (/^(?:|~|null|Null|NULL)$/.test(written)) return undefined;
    if (/^(?:true|True|TRUE)$/.test(written)) return true;
    if (/^(?:false|False|FALSE)$/.test(written)) return false;
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(written)) return Number(written);
    return ambiguous.some((form) => form.test(written))
      ? this.refuse("holds a value that YAML's versions read differently, which needs quotes")
      : text;
  }

  /** Keeps the first reason. */
  private refuse(problem: string): Unknown {
    this.problem ??= problem;
    return unknown;
  }
}

/** Breaks of lines in YAML 1.1 that are none today, and characters that no document should contain. */
const oddCharacters = /[^\P{Cc}\t\n\r]|[\u2028\u2029\ufeff]|\r(?!\n)/u;

/** Scalars that some YAML readers take for a boolean, a number or a date. */
const ambiguous: readonly RegExp[] = [
  /^(?:y|n|yes|no|on|off|=)$/i,
  /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?$/,
  /^[-+]?0[xob][\da-fA-F_]+$/,
  /^[-+]?\d[\d_]*(?::\d\d?)+(?:\.[\d_]*)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?$/,
];
