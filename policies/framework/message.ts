/**
 * A rule's and a finding's text for Pulumi, as labelled parts of one string: the description of the rule, then
 * the message of the finding. The CLI shows it as it is; reports read the parts back.
 */
const labels = ["rule", "why", "found", "value", "where", "allowed", "fix", "id"] as const;
type Parts = Partial<Record<(typeof labels)[number], string>>;

/** The parts of a finding that readers see. */
export interface Message {
  /** The rule's title. */
  readonly rule: string;
  readonly why: string;
  readonly found: string;
  readonly value?: string;
  /** The resource's name and the part of it. */
  readonly where: string;
  readonly allowed: string;
  readonly fix: string;
  /** In the form `rule[resource name#path]`. */
  readonly id: string;
}

/** Parts begin at one column. */
const indent = " ".repeat("allowed: ".length);
/** Prefix of a line of the part itself; wrapped lines have only the indent. */
const ownLine = `${indent}  `;
/** Columns of a terminal that the CLI leaves to a message. */
const width = 76;

/** Formats the parts one after the other, wrapped between words. `parseParts` restores them exactly. */
export function formatParts(parts: Readonly<Parts>): string {
  return labels
    .flatMap((label) => {
      const text = parts[label];
      return text === undefined ? [] : [head(label) + text.split("\n").map(wrapped).join(`\n${ownLine}`)];
    })
    .join("\n");
}

/** The parts of a string that `formatParts` made; undefined where it isn't one. */
export function parseParts(text: string): Readonly<Parts> | undefined {
  const parts: Parts = {};
  let label: keyof Parts | undefined;
  for (const line of text.split("\n")) {
    if (label !== undefined && line.startsWith(ownLine)) parts[label] += `\n${line.slice(ownLine.length)}`;
    else if (label !== undefined && line.startsWith(indent)) parts[label] += ` ${line.slice(indent.length)}`;
    else {
      label = labels.find((one) => line.startsWith(head(one)));
      if (label === undefined) return undefined;
      parts[label] = line.slice(indent.length);
    }
  }
  return parts;
}

/** A finding with the description of its rule before it, as it comes from Pulumi; undefined for Pulumi's own messages. */
export function parseMessage(text: string): Message | undefined {
  const { rule, why, found, value, where, allowed, fix, id } = parseParts(text) ?? {};
  if (rule === undefined || why === undefined || found === undefined || where === undefined) return undefined;
  if (allowed === undefined || fix === undefined || id === undefined) return undefined;
  return { rule, why, found, ...(value !== undefined && { value }), where, allowed, fix, id };
}

function head(label: string): string {
  return `${label}:`.padEnd(indent.length);
}

/** Broken at single spaces only, so that joining with a space undoes it. */
function wrapped(line: string): string {
  const [first = "", ...words] = line.split(" ");
  let text = first;
  let column = indent.length + first.length;
  let last = first;
  for (const word of words) {
    const fits = column + 1 + word.length <= width || last === "" || word === "";
    text += fits ? ` ${word}` : `\n${indent}${word}`;
    column = fits ? column + 1 + word.length : indent.length + word.length;
    last = word;
  }
  return text;
}
