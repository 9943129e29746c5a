import type { Alert } from "./alerts/alert.ts";

/** The folder of the runbooks in the repository. */
export const runbookFolder = "docs/runbooks";

/** An alert's runbook. @param base a URL under which the runbooks can be opened, or their folder */
export function runbook({ name }: Pick<Alert, "name">, base: string): string {
  const slug = name.replaceAll(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
  return `${base.replace(/\/$/, "")}/${slug}.md`;
}
