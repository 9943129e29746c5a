import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { isObject, isSecret, type Properties, unknown, type Wire } from "../../scripts/plan/wire.ts";
import { exceptions } from "./property-exceptions.ts";

/*
 * The AWS provider checks more than its types say, and says so only in the texts of its properties: "requires
 * `metrics`", "conflicts with `costFilter`", "required when `type` is `public`". Here the texts are read as rules.
 */

interface Property {
  readonly name: string;
  readonly sentences: readonly string[];
  /** The interface of its value, where that has properties of its own. */
  readonly inner: string | undefined;
}

/** Sentences that may hold a rule. */
const mayBeRule =
  /\b(requires?|required|conflicts?|exactly one|only one|at least one|one of|mutually|cannot|must not|must be|only (?:valid|used|applicable|supported|applies)|valid values|possible values)\b/i;

const folder = fileURLToPath(new URL("../../node_modules/@pulumi/aws", import.meta.url));
const interfaces = new Map<string, readonly Property[]>();

/**
 * What the texts of its properties say against a resource, as `Budget.filterExpression: …`, and what of them isn't
 * understood.
 * @param onException told of each exception that a sentence needs
 */
export function textProblems(
  resource: PlannedResource,
  onException: (exception: (typeof exceptions)[number]) => void = () => undefined,
): string[] {
  const problems: string[] = [];
  const type = resource.type.split(":").at(-1);
  judgeObject(argumentsOf(resource.type), resource.inputs, "", (path, sentence, understood) => {
    const property = `${type}.${path}`;
    const exception = exceptions.find(
      ([of, words, , against = false]) => of.test(property) && words.test(sentence) && against === understood,
    );
    if (exception !== undefined) onException(exception);
    else problems.push(`${property}: ${sentence}`);
  });
  return problems;
}

type Report = (path: string, sentence: string, understood: boolean) => void;

function judgeObject(properties: readonly Property[], value: Properties, path: string, report: Report) {
  const names = properties.map(({ name }) => name);
  for (const { name, sentences, inner } of properties) {
    const at = path === "" ? name : `${path}.${name}`;
    const own = value[name];
    for (const sentence of sentences) {
      const verdict = judgeSentence(sentence, name, value, names);
      if (verdict === "broken" || (verdict === "unread" && own !== undefined))
        report(at, sentence, verdict === "broken");
    }
    if (inner === undefined || own === undefined) continue;
    const objects: readonly Wire[] = Array.isArray(own) ? own : [own];
    for (const object of objects)
      if (isObject(object) && !isSecret(object)) judgeObject(interfaces.get(inner) ?? [], object, at, report);
  }
}

/** What one sentence about a property says of an object that may have it. */
function judgeSentence(
  sentence: string,
  name: string,
  object: Properties,
  names: readonly string[],
): "kept" | "broken" | "unread" {
  if (!mayBeRule.test(sentence)) return "kept";
  const isSet = object[name] !== undefined;
  const verdict = (kept: boolean) => (kept ? "kept" : "broken");
  const named = (text: string) => quoted(text).flatMap((word) => propertyOf(word, names) ?? []);
  // What is said of another kind of load balancer.
  if (/^For (?:Network|Gateway) Load Balancers/.test(sentence)) return "kept";
  const [, conflicts] =
    /(?:conflicts with|cannot be (?:used|specified) with) (.+?)(?: and requires|$)/i.exec(sentence) ?? [];
  const [, required, value] = /requires (`\w+`)(?: = (\w+))?/i.exec(sentence) ?? [];
  const [, unless] = /either this or (`\w+`) is required/i.exec(sentence) ?? [];
  const [, absent] = /required if (.+?) is not set/i.exec(sentence) ?? [];
  const [, beside] = /required if (.+?) is specified/i.exec(sentence) ?? [];
  const [, forbidden] = /must not be set when (.+)/i.exec(sentence) ?? [];
  const [, excluded] = /if present then (`\w+`) cannot be present/i.exec(sentence) ?? [];
  const [, given, when] = /must be set to `(\w+)` when (`\w+`) is specified/i.exec(sentence) ?? [];
  const [, condition] = /required (?:if|when) (.+)/i.exec(sentence) ?? [];
  const [, exactly, choices] =
    /(exactly|at least)? ?one of (?:either )?(`.+?`) (?:is required|are required|must be|can be set)/i.exec(
      sentence,
    ) ?? [];
  const [, only] = /only (?:valid|applicable|supported|applies)[^`]* (?:when|if) (.+)/i.exec(sentence) ?? [];
  const [, allowed] =
    /(?:(?:valid|possible|supported) values(?: are| include)?|should be one of):? (.+)/i.exec(sentence) ?? [];
  const [, low, high] = /between `?(\d+)`? and `?(\d+)`?/.exec(sentence) ?? [];

  if (conflicts !== undefined || required !== undefined) {
    if (!isSet) return "kept";
    const others = named(conflicts ?? "");
    const needed = named(required ?? "");
    if (
      others.length + needed.length < quoted(`${conflicts ?? ""} ${required ?? ""}`).length ||
      others.length + needed.length === 0
    )
      return "unread";
    const right = (other: string) =>
      value === undefined ? object[other] !== undefined : equals(object[other], value);
    return verdict(others.every((other) => object[other] === undefined) && needed.every(right));
  }
  if (excluded !== undefined)
    return verdict(!isSet || named(excluded).every((other) => object[other] === undefined));
  if (given !== undefined && when !== undefined)
    return verdict(named(when).every((other) => object[other] === undefined) || equals(object[name], given));
  if (unless !== undefined)
    return verdict(isSet || named(unless).some((other) => object[other] !== undefined));
  if (absent !== undefined)
    return verdict(isSet || named(absent).some((other) => object[other] !== undefined));
  if (beside !== undefined)
    return verdict(isSet || named(beside).every((other) => object[other] === undefined));
  if (forbidden !== undefined) {
    const held = holds(forbidden, object, names);
    return held === undefined ? "unread" : verdict(!isSet || !held);
  }
  if (choices !== undefined) {
    const count = named(choices).filter((other) => object[other] !== undefined).length;
    if (named(choices).length < 2) return "unread";
    return verdict(exactly?.toLowerCase() === "exactly" ? count === 1 : count >= 1);
  }
  if (condition !== undefined) {
    if (/^using /.test(condition))
      return verdict(isSet || named(condition).every((other) => object[other] === undefined));
    const held = holds(condition, object, names);
    return held === undefined ? "unread" : verdict(isSet || !held);
  }
  if (only !== undefined) {
    const held = holds(only, object, names);
    return held === undefined ? "unread" : verdict(!isSet || held);
  }
  if (allowed !== undefined && quoted(allowed).length > 1) {
    const own = object[name];
    if (typeof own !== "string" || own === unknown) return "kept";
    // `4XX` stands for 404 and its like.
    return verdict(quoted(allowed).includes(own) || quoted(allowed).includes(own.replace(/\d\d$/, "XX")));
  }
  if (low !== undefined && high !== undefined) {
    const own = object[name];
    return verdict(typeof own !== "number" || (own >= Number(low) && own <= Number(high)));
  }
  return "unread";
}

/** Whether conditions such as "`a` is set to `x` or `y` and `b` is `z`" hold; nothing where they can't be read. */
function holds(text: string, object: Properties, names: readonly string[]): boolean | undefined {
  const parts = text.split(/ and (?=`\w+` is)/);
  const results = parts.map((part) => {
    const [, property, values] = /^(?:the )?`(\w+)` (?:is|type is|equals)(?: set to)? (.+)/.exec(part) ?? [];
    const other = property === undefined ? undefined : propertyOf(property, names);
    if (other === undefined || quoted(values ?? "").length === 0) return undefined;
    const own = object[other];
    // A default that isn't written can't be known here.
    if (own === unknown || own === undefined) return undefined;
    return quoted(values ?? "").some((allowed) => equals(own, allowed));
  });
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

function equals(value: Wire | undefined, text: string): boolean {
  return value !== undefined && String(value) === text;
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

/** Texts come from Terraform's, where lists have names in the singular and words are joined by `_`. */
function propertyOf(word: string, names: readonly string[]): string | undefined {
  const camel = word.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return [camel, `${camel}s`, camel.replace(/y$/, "ies")].find((candidate) => names.includes(candidate));
}

/** Names of what can be said of a resource of this type. */
export function propertiesOf(type: string): readonly string[] {
  return argumentsOf(type).map(({ name }) => name);
}

/** The properties of a type's arguments, with their texts. */
function argumentsOf(type: string): readonly Property[] {
  const [, module = "", name = ""] = type.split(":");
  const key = `${name}Args`;
  if (interfaces.size === 0) read("types/input.d.ts");
  const file = `${module}.d.ts`;
  if (!interfaces.has(`${file} ${key}`)) read(file);
  const found = interfaces.get(`${file} ${key}`);
  if (found === undefined) throw new Error(`${file} has no ${key}`);
  return found;
}

/** Interfaces of a file; those of the shared one by their namespace, as `budgets.BudgetFilterExpression`. */
function read(file: string) {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(folder, file), "utf8"),
    ts.ScriptTarget.ESNext,
    true,
  );
  const visit = (node: ts.Node, namespace: string) => {
    if (ts.isModuleDeclaration(node) && node.body)
      ts.forEachChild(node.body, (child) => visit(child, `${node.name.text}.`));
    if (!ts.isInterfaceDeclaration(node)) return;
    const shared = file === "types/input.d.ts";
    interfaces.set(
      shared ? `${namespace}${node.name.text}` : `${file} ${node.name.text}`,
      node.members.flatMap(property),
    );
  };
  ts.forEachChild(source, (child) => visit(child, ""));
}

function property(member: ts.TypeElement): Property[] {
  if (!ts.isPropertySignature(member) || !ts.isIdentifier(member.name)) return [];
  const text = ts
    .getJSDocCommentsAndTags(member)
    .flatMap((doc) => (ts.isJSDoc(doc) ? [ts.getTextOfJSDocComment(doc.comment) ?? ""] : []));
  const [, inner] = /inputs\.([\w.]+)/.exec(member.type?.getText() ?? "") ?? [];
  return [{ name: member.name.text, sentences: sentencesOf(text.join(" ")), inner }];
}

function sentencesOf(text: string): string[] {
  return text
    .replaceAll(/\s+/g, " ")
    .split(/(?<=[.;])\s+(?=[A-Z>*`])/)
    .map((sentence) => sentence.replace(/[.;]$/, "").trim())
    .filter((sentence) => sentence !== "");
}
