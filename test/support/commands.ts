import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A command as a document shows it. */
export interface ShownCommand {
  /** Where it stands, as `docs/gateway.md:12`. */
  readonly at: string;
  /** Its words without quotes. Placeholders such as `<model>` and substitutions stay as they are, each one word. */
  readonly words: readonly string[];
}

/** Programs whose inline code is a command: other inline code may be anything. */
const programs = /^(?:npm|npx|pulumi|kubectl|aws) \S/;

/** Every document that shows commands, from the project's folder. */
export function documents(root: string): string[] {
  return globSync(["*.md", "docs/**/*.md", "policies/README.md"], { cwd: root }).sort();
}

/** Commands of one document: the lines of its `sh` blocks, and inline code that begins with a program's name. */
export function commandsIn(root: string, file: string): ShownCommand[] {
  const found: ShownCommand[] = [];
  let isShell = false;
  let fence = "";
  let held = "";
  for (const [index, line] of readFileSync(join(root, file), "utf8").split("\n").entries()) {
    const at = `${file}:${index + 1}`;
    const [, ticks, language] = /^\s*(?:\d+\.\s+)?(`{3,})\s*(\w*)/.exec(line) ?? [];
    if (ticks !== undefined) {
      isShell = fence === "" && language === "sh";
      fence = fence === "" ? ticks : "";
    } else if (isShell) {
      held += line.trim();
      if (held.endsWith("\\") || isOpen(held)) {
        held = held.endsWith("\\") ? `${held.slice(0, -1)} ` : `${held}\n`;
        continue;
      }
      found.push(...splitCommands(held).map((words) => ({ at, words })));
      held = "";
    } else if (fence === "")
      for (const [, code = ""] of line.matchAll(/`([^`]+)`/g))
        if (programs.test(code)) found.push(...splitCommands(code).map((words) => ({ at, words })));
  }
  return found;
}

/** npm's own. [https://docs.npmjs.com/cli/v11/commands] */
const npmCommands = ["ci", "cit", "install", "outdated", "audit"];

/** The script of package.json that a command runs, and what it passes on. */
export function scriptOf({
  words,
}: ShownCommand): { readonly name: string; readonly args: readonly string[] } | undefined {
  const [, verb = "", ...rest] = words;
  const isRun = verb === "run" || verb === "run-script";
  const own = rest.filter((word) => word !== "--silent");
  const name = isRun ? own[0] : verb;
  if (name === undefined || (!isRun && npmCommands.includes(name))) return undefined;
  const args = isRun ? own.slice(1) : own;
  return { name, args: args[0] === "--" ? args.slice(1) : args };
}

/** Whether a quote isn't closed yet. */
function isOpen(line: string): boolean {
  return tokens(line).some((token) => /^(?:'[^']*|"[^"]*)$/.test(token));
}

/** A shell's line as its commands: those of a substitution as well. */
function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  const inner: string[][] = [];
  for (const token of tokens(line)) {
    if (token.startsWith("#")) break;
    if (/^(?:&&|\|\|?|;|\n)$/.test(token)) commands.push([]);
    else commands.at(-1)?.push(token.replace(/^(['"])(.*)\1$/s, "$2"));
    for (const [, substituted = ""] of token.matchAll(/\$\(([^()]+)\)/g))
      inner.push(...splitCommands(substituted));
  }
  return [...commands, ...inner]
    .map((words) => words.slice(words.findIndex((word) => !/^\w+=/.test(word))))
    .filter((words) => words.length > 0 && !/^\w+=/.test(words[0] ?? ""));
}

/** Words, quoted parts, placeholders, substitutions, operators and comments. */
function tokens(line: string): string[] {
  return (
    line.match(
      /#.*$|&&|\|\|?|;|\n|(?:\$\([^()]*\)|<[^<>\n]*>|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s'"|;&<])+|[<&]/gm,
    ) ?? []
  );
}
