import type { Release } from "./release.ts";

/** Properties of a release that clients rely on besides the quality of answers, by the name that accepts a difference. */
export const contractTerms = ["contextLength", "tokenizer", "toolCalls", "reasoning"] as const;
export type ContractTerm = (typeof contractTerms)[number];

/** A term in which a release gives clients less than another. */
export interface Breach {
  readonly term: ContractTerm;
  /** Such as `serves 16384 tokens, the other slot 32768`. */
  readonly message: string;
}

/** Where `release` neither matches nor exceeds what clients of `other` rely on. */
export function breaches(release: Release, other: Release): Breach[] {
  const { contextLength } = release.limits;
  const more = other.limits.contextLength;
  const [family, otherFamily] = [tokenizer(release), tokenizer(other)];
  return [
    ...(contextLength < more
      ? [
          {
            term: "contextLength",
            message: `serves ${contextLength} tokens of context, the other slot ${more}`,
          } as const,
        ]
      : []),
    ...(family === otherFamily
      ? []
      : [
          {
            term: "tokenizer",
            message: `counts tokens as ${family}, the other slot as ${otherFamily} (model.tokenizer names a family that they share)`,
          } as const,
        ]),
    ...parserBreach("toolCalls", release, other),
    ...parserBreach("reasoning", release, other),
  ];
}

/** Releases of one repository share a tokenizer; others declare that they do. */
function tokenizer({ model }: Release): string {
  return model.tokenizer ?? model.repository;
}

function parserBreach(term: "toolCalls" | "reasoning", release: Release, other: Release): Breach[] {
  const [own, needed] = [release.parsers?.[term], other.parsers?.[term]];
  if (needed === undefined || own === needed) return [];
  return [{ term, message: `parses ${term} with ${own ?? "nothing"}, the other slot with ${needed}` }];
}

/**
 * Whether one release comes before another in a series, such as `qwen3-8b-awq-1` before `qwen3-8b-awq-2`.
 * Names of different series aren't comparable.
 */
export function precedes(name: string, other: string): boolean {
  const [own, others] = [series(name), series(other)];
  return own !== undefined && others !== undefined && own.name === others.name && own.number < others.number;
}

function series(name: string): { readonly name: string; readonly number: number } | undefined {
  const [, stem, number] = /^(.+)-(\d+)$/.exec(name) ?? [];
  return stem === undefined ? undefined : { name: stem, number: Number(number) };
}
