import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { root } from "../support/plan.ts";
import { sources } from "./sources.ts";

const longest = 200;

it("files of more than 200 lines of code are those that CONTRIBUTING gives a reason for", () => {
  const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const reasons = page.split("| file over 200 lines of code")[1]?.split("\n\n")[0] ?? "";
  const listed = [...reasons.matchAll(/^\| `([^`]+)`/gm)].map(([, file]) => file);
  const long = [...sources()].filter(([file, text]) => linesOfCode(file, text) > longest);
  expect(long.map(([file]) => file)).toEqual(listed);
  expect(listed.length).toBeLessThanOrEqual(4);
});

it("blank lines, comments, imports and tables of data don't count as code", () => {
  const text = [
    'import { a } from "./a.ts";',
    "",
    "/** A table. */",
    "const table = [",
    "  1,",
    "] as const;",
    "// A function.",
    "function f() {",
    "  return [a, table];",
    "}",
    "const map = new Map([",
    "  [1, f],",
    "]);",
  ].join("\n");
  expect(linesOfCode("a.ts", text)).toBe(6);
});

/** Lines with a token of neither an import nor a literal that is the whole value of a constant of the module. */
function linesOfCode(file: string, text: string): number {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lines = new Set<number>();
  const visit = (node: ts.Node) => {
    if (ts.isJSDoc(node) || ts.isImportDeclaration(node) || isTable(node)) return;
    if (node.getChildCount(source) > 0) node.getChildren(source).forEach(visit);
    else if (node.getWidth(source) > 0)
      for (let line = lineOf(node.getStart(source)); line <= lineOf(node.getEnd()); line++) lines.add(line);
  };
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  visit(source);
  return lines.size;
}

function isTable(node: ts.Node): boolean {
  if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent)) return false;
  const [declaration] = node.declarationList.declarations;
  let value = declaration?.initializer;
  while (value !== undefined && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)))
    value = value.expression;
  return value !== undefined && (ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value));
}
