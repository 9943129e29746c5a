import type { EnvironmentDiff } from "./plans.ts";
import { type Section, sectionsOf } from "./sections.ts";
import type { Heading } from "./text.ts";

/** By which the comment is found again, to be written anew in its place. */
export const marker = "<!-- gantry-diff -->";

/** What GitHub takes for a comment's body, in characters. */
const githubLimit = 65_536;

/** One comment. Sections that no longer fit are left out, the last of them first, and named. */
export function diffMarkdown(
  heading: Heading,
  outcomes: readonly EnvironmentDiff[],
  limit: number = githubLimit,
): string {
  const all = outcomes.map((outcome) => ({ outcome, sections: sectionsOf(outcome) }));
  // Short sections come before long ones of the same importance: the rank is the place in an environment's list.
  const ranked = all
    .flatMap(({ outcome, sections }) =>
      sections.map((section, rank) => ({ rank, section, environment: outcome.environment })),
    )
    .sort((one, other) => other.rank - one.rank);
  const left = new Set<Section>();
  const out: string[] = [];
  const text = () => {
    const parts = all.map(({ outcome, sections }) =>
      [
        `### ${escaped(outcome.environment)}`,
        ...sections.filter((section) => !left.has(section)).map(sectionMarkdown),
      ].join("\n\n"),
    );
    const note = out.length === 0 ? [] : [`Left out, since GitHub takes no more: ${out.join("; ")}.`];
    return [marker, ...heading.map(escaped), ...parts, ...note].join("\n\n");
  };
  for (const { section, environment } of ranked) {
    if (text().length <= limit) break;
    left.add(section);
    out.push(`${section.title === "" ? "summary" : section.title} of ${environment}`);
  }
  return text().slice(0, limit);
}

function sectionMarkdown({ title, lines }: Section): string {
  if (title === "") return lines.map((line) => `- ${escaped(line)}`).join("\n");
  const block = ["```text", ...lines.map((line) => line.replaceAll("```", "'''")), "```"].join("\n");
  return `<details><summary>${escaped(title)} (${lines.length})</summary>\n\n${block}\n\n</details>`;
}

/** Text from a pull request is shown as text: no tags, mentions or links of its own. */
function escaped(text: string): string {
  return text.replace(/[&<>@[\]*_`|#\\]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
