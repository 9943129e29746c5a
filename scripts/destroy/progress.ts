/** How far a destroy has come, by what the Pulumi CLI wrote. */
export interface Deletions {
  readonly deleted: number;
  /** Kinds and names of what is being deleted. */
  readonly underWay: readonly string[];
}

/** Without a terminal the CLI prints a line for each step: ` -  aws:ec2:Vpc main deleting (0s)`, later `deleted (2s)`. */
export function deletionsIn(output: string): Deletions {
  const begun = new Set<string>();
  const done = new Set<string>();
  for (const [, what = "", stage] of output.matchAll(/^ *-+ +(\S+ .+?) (deleting|deleted) \(/gm))
    (stage === "deleted" ? done : begun).add(what);
  return { deleted: done.size, underWay: [...begun].filter((what) => !done.has(what)) };
}

const named = 3;

/** One line of it. */
export function deletionsLine({ deleted, underWay }: Deletions, total: number): string {
  const more = underWay.length > named ? ` and ${underWay.length - named} more` : "";
  const now = underWay.length === 0 ? "" : `; under way: ${underWay.slice(0, named).join(", ")}${more}`;
  return `${deleted} of ${total} deleted${now}`;
}

const minute = 60_000;

/** Shows the progress: in one line of a terminal, and once a minute in a log. */
export function showDeletions(total: number, stream: NodeJS.WriteStream) {
  let shown = { line: "", at: Date.now() };
  return {
    onOutput: (output: string) => {
      const line = deletionsLine(deletionsIn(output), total);
      if (stream.isTTY) stream.write(`\r\u001b[K${line.slice(0, stream.columns - 1)}`);
      else if (line !== shown.line && Date.now() - shown.at >= minute) {
        shown = { line, at: Date.now() };
        stream.write(`${line}\n`);
      }
    },
    end: () => {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
