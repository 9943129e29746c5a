import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

/** Series in promtool's notation, such as `up{job="a"}: 1x60`. */
export type Series = Readonly<Record<string, string>>;

export interface FiringArgs {
  readonly groups: readonly object[];
  /** Each on its own, from minute 0. */
  readonly series: readonly Series[];
  /** When it is asked which alerts fire. */
  readonly minute: number;
  /** @default 1 */
  readonly evaluationMinutes?: number;
  /** Between two values of a series. @default 60 */
  readonly intervalSeconds?: number;
}

/** Labels of the alerts that fire, by Prometheus's own tool. */
export function firing({
  groups,
  series,
  minute,
  evaluationMinutes = 1,
  intervalSeconds = 60,
}: FiringArgs): Record<string, string>[] {
  const folder = mkdtempSync(join(tmpdir(), "gantry-promtool-"));
  // Nothing is expected, so that all there is comes with the failure.
  const ask = { expr: 'ALERTS{alertstate="firing"}', eval_time: `${60 * minute}s`, exp_samples: [] };
  const test = {
    rule_files: ["rules.yaml"],
    evaluation_interval: `${60 * evaluationMinutes}s`,
    tests: series.map((one) => ({
      interval: `${intervalSeconds}s`,
      input_series: Object.entries(one).map(([key, values]) => ({ series: key, values })),
      promql_expr_test: [ask],
    })),
  };
  writeFileSync(join(folder, "rules.yaml"), stringify({ groups }));
  writeFileSync(join(folder, "test.yaml"), stringify(test));
  const { stdout, stderr } = spawnSync("promtool", ["test", "rules", join(folder, "test.yaml")], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  const said = stdout + stderr;
  const found = [...said.matchAll(/\{__name__="ALERTS", ([^}]*)\}/g)];
  if (found.length === 0 && !said.includes("SUCCESS")) throw new Error(said);
  return found.map(([, labels = ""]) =>
    Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = "", value = ""]) => [label, value]),
    ),
  );
}
