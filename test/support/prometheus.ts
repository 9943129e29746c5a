import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { hasPrometheus, PrometheusServer } from "../../scripts/local/prometheus-server.ts";

export interface PrometheusArgs {
  /** As `prometheus.yml`. */
  readonly config: object;
  /** What it has read already, as OpenMetrics. @default nothing */
  readonly history?: string;
  /** Groups of recording rules, evaluated over the history between two moments. @default none */
  readonly recorded?: { readonly groups: readonly object[]; readonly from: number; readonly until: number };
}

/** Whether Debian's package is there; says what is missed where it isn't. */
export function prometheusInstalled(): boolean {
  const installed = hasPrometheus();
  if (!installed) console.warn("skipped: prometheus isn't on PATH (apt-get install prometheus)");
  return installed;
}

/** A real Prometheus on this machine, ready to be asked. */
export async function startPrometheus(
  args: PrometheusArgs,
): Promise<{ readonly address: string } & AsyncDisposable> {
  const { recorded } = args;
  const folder = mkdtempSync(join(tmpdir(), "gantry-prometheus-"));
  const config = join(folder, "prometheus.yml");
  const data = join(folder, "data");
  writeFileSync(config, stringify(args.config));
  if (args.history !== undefined) {
    const history = join(folder, "history.txt");
    writeFileSync(history, args.history);
    execFileSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", history, data], { stdio: "pipe" });
  }
  if (recorded !== undefined) {
    const rules = join(folder, "rules.yml");
    writeFileSync(rules, stringify({ groups: recorded.groups }));
    const first = await serve(config, data);
    execFileSync(
      "promtool",
      [
        ...["tsdb", "create-blocks-from", "rules", "--url", first.address, "--eval-interval", "30s"],
        ...["--start", String(recorded.from), "--end", String(recorded.until), "--output-dir", data, rules],
      ],
      { stdio: "pipe" },
    );
    await first.stop();
  }
  const server = await serve(config, data);
  return {
    address: server.address,
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The history may be as old as it likes. */
function serve(config: string, data: string): Promise<PrometheusServer> {
  return PrometheusServer.start({ config, data, flags: { "storage.tsdb.retention.time": "100y" } });
}
