import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { sources } from "./sources.ts";

interface Export {
  readonly file: string;
  readonly name: string;
  readonly documented: boolean;
  /** Whether its value is a string or a list of strings: it says all that a sentence could. */
  readonly literal: boolean;
}

const files = new Map(
  [...sources()].map(([file, text]) => [file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)]),
);
const exported = [...files].flatMap(([file, source]) => exportsOf(file, source));

describe("an exported name", () => {
  it("has one meaning, in the program and in the pack", () => {
    const side = ({ file }: Export) => (file.startsWith("policies/") ? "pack" : "program");
    const names = Map.groupBy(exported, (one) => `${side(one)} ${one.name}`);
    const twice = [...names].filter(([, places]) => new Set(places.map(({ file }) => file)).size > 1);
    expect(twice.map(([name, places]) => `${name}: ${places.map(({ file }) => file).join(", ")}`)).toEqual(
      [],
    );
  });

  it("is the same in the program and in the pack only where the pack restates what it checks", () => {
    const inPack = new Set(
      exported.filter(({ file }) => file.startsWith("policies/")).map(({ name }) => name),
    );
    const both = exported.filter(({ file, name }) => !file.startsWith("policies/") && inPack.has(name));
    expect(new Set(both.map(({ name }) => name))).toEqual(
      new Set([
        "CapacityType",
        "Cidr",
        "Slot",
        "Statement",
        "Tenant",
        "kubernetesVersions",
        "releaseId",
        // As Pulumi's protocol writes it, and as rules see it.
        "unknown",
      ]),
    );
  });

  it("is documented where another folder uses it", () => {
    const used = new Set(
      [...files].flatMap(([file, source]) =>
        importsOf(file, source)
          .filter((target) => posix.dirname(target.file) !== posix.dirname(file))
          .map((target) => `${target.file} ${target.name}`),
      ),
    );
    const undocumented = exported
      .filter(({ file, name }) => used.has(`${file} ${name}`))
      // A rule's title says what it is.
      .filter(
        ({ file, documented, literal }) => !documented && !literal && !file.startsWith("policies/rules/"),
      );
    expect(undocumented.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
    expect(used.size).toBeGreaterThan(0);
  });
});

function exportsOf(file: string, source: ts.SourceFile): Export[] {
  return source.statements.flatMap((statement): Export[] => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    const documented = ts.getJSDocCommentsAndTags(statement).length > 0;
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name, initializer }) => ({
        file,
        name: name.getText(),
        documented,
        literal: initializer !== undefined && isLiteral(initializer),
      }));
    const { name } = statement as ts.DeclarationStatement;
    return name === undefined ? [] : [{ file, name: name.getText(), documented, literal: false }];
  });
}

function isLiteral(value: ts.Expression): boolean {
  if (ts.isAsExpression(value)) return isLiteral(value.expression);
  if (ts.isArrayLiteralExpression(value))
    return value.elements.every((element) => ts.isIdentifier(element) || isLiteral(element));
  return ts.isStringLiteral(value);
}

function importsOf(file: string, source: ts.SourceFile): { file: string; name: string }[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { text } = statement.moduleSpecifier;
    const bindings = statement.importClause?.namedBindings;
    if (!text.startsWith(".") || bindings === undefined || !ts.isNamedImports(bindings)) return [];
    const target = posix.join(posix.dirname(file), text);
    return bindings.elements.map(({ name, propertyName }) => ({
      file: target,
      name: (propertyName ?? name).getText(),
    }));
  });
}
