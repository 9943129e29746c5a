import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { routeObjective } from "../components/monitoring/objectives.ts";
import { routesOf } from "../stacks/catalogue.ts";
import type { Config } from "../stacks/config.ts";
import { booleanOption, numberOption, readCommand } from "./arguments.ts";
import { exitWith, interruptedCode } from "./exit-code.ts";
import { deployedTarget, localTarget, senders } from "./load-test/callers.ts";
import {
  charactersPerToken,
  dearestPrice,
  expectedPeak,
  type RampStage,
  ramp,
  requestsOf,
  type Sizes,
  webAclProblem,
} from "./load-test/expected-peak.ts";
import { sendLoad } from "./load-test/locust.ts";
import { loadTestText, stageLine, withVerdict } from "./load-test/report.ts";
import { figuresOf, loadResultOf, type StreamAnswer } from "./load-test/result.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { consent } from "./traffic/consent.ts";
import { interruption } from "./traffic/interruption.ts";

const usage = `npm run load-test -- <environment> <route> [options]

Sends streaming requests to a route, in steps up to twice its expected peak: the sum of the requests per minute of all
tenants that may use it. Compares each step with the route's objectives for TTFT and failures; above the peak the tenants'
limits refuse the excess, which doesn't count as failure. Needs Python 3.11 or later. Exits with 0 when the objectives are
met, 1 when they aren't, 2 when that can't be determined, 130 when it was interrupted, with a partial report.

  --local          npm run local in place of the deployed environment
  --times <n>      up to how many times the peak, from 0.25 to 10             (2)
  --minutes <n>    for the whole ramp                                         (8)
  --prompt <n>     tokens of a prompt                                         (900)
  --answer <n>     maximum tokens of an answer                                (250)
  --address <url>  where the gateway answers                    (https://<the edge's domain>)
  --html <file>    report with plots                            (.gantry/load-test-<environment>-<route>.html)
  --json           the figures for machines
  --yes            confirms the cost`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage, failure: 2 });

async function main(): Promise<number> {
  const { environment, route, sizes, times, minutes, html, ...options } = readArguments();
  const config = loadConfig(root, environment);
  const callers = expectedPeak(config, route, times, sizes);
  const peak = callers.reduce((sum, { requestsPerMinute }) => sum + requestsPerMinute, 0) / 60;
  const stages = ramp(peak, times, 60 * minutes);
  const target = options.local ? localTarget(root, environment) : deployedTarget(config, options.address);
  if (!options.local) {
    const refused = options.address === undefined ? webAclProblem(config, callers, times) : undefined;
    if (refused !== undefined)
      throw new Error(
        `${refused}: raise it for the test, give --times a smaller number, or run it in the VPC with --address`,
      );
    if (!(await consent(options.yes)(costQuestion(config, route, stages, sizes)))) {
      console.error("nothing was sent: confirm on a terminal, or with --yes");
      return 2;
    }
  }
  mkdirSync(dirname(html), { recursive: true });
  const tenants = await senders(environment, callers, target);
  const answers: StreamAnswer[] = [];
  const { signal } = interruption();
  let highest = -1;
  await sendLoad({
    load: {
      ...{ route, stages, tenants },
      promptCharacters: charactersPerToken * sizes.prompt,
      answerTokens: sizes.answer,
      timeoutSeconds: routesOf(config.routes)[route]?.timeouts.totalSeconds ?? 600,
    },
    ...{ address: target.address, html, signal },
    progress: (what) => console.error(what),
    onAnswer: (answer) => {
      answers.push(answer);
      if (answer.stage <= highest) return;
      highest = answer.stage;
      console.error(stageLine(stages, highest));
    },
  });
  const figures = figuresOf(stages, answers, routeObjective);
  const result = loadResultOf(figures, !signal.aborted);
  const report = { environment, route, stages, answers, figures, result, interrupted: signal.aborted };
  const text = loadTestText(report);
  writeFileSync(html, withVerdict(readFileSync(html, "utf8"), text));
  if (options.json) print(JSON.stringify({ ...report, answers: undefined }, null, 2));
  else print(`${loadTestText(report, process.stdout.columns)}\nplots: ${html}`);
  if (signal.aborted) return interruptedCode;
  return { held: 0, missed: 1, undecided: 2 }[result.outcome];
}

function costQuestion(
  config: Config,
  route: string,
  stages: readonly RampStage[],
  { prompt, answer }: Sizes,
): string {
  const requests = requestsOf(stages);
  const { name, price } = dearestPrice(config, route);
  const dollars = (requests * (prompt * price.input + answer * price.output)) / 1e6;
  return `${requests.toLocaleString("en-US")} requests to ${config.environment}, at most $${dollars.toFixed(2)} (all answered by ${name}), count in the tenants' limits and budgets: send them?`;
}

function readArguments() {
  const { environment, route, values } = readCommand(usage, ["environment", "route"], {
    local: booleanOption,
    times: { type: "string", default: "2" },
    minutes: { type: "string", default: "8" },
    prompt: { type: "string", default: "900" },
    answer: { type: "string", default: "250" },
    address: { type: "string" },
    html: { type: "string" },
    json: booleanOption,
    yes: booleanOption,
  });
  if (values.local && values.address !== undefined) throw new Error("either --local or --address, not both");
  if (values.address !== undefined && !/^https?:\/\/[^/]+\/?$/.test(values.address))
    throw new Error(
      `--address "${values.address}": an address without a path, such as https://llm.example.com`,
    );
  const { local, address, json, yes } = values;
  return {
    ...{ environment, route, local, address, json, yes },
    times: within("times", values.times, 0.25, 10),
    minutes: within("minutes", values.minutes, 0.1, 240),
    sizes: {
      prompt: Math.round(within("prompt", values.prompt, 8, 1_000_000)),
      answer: Math.round(within("answer", values.answer, 1, 1_000_000)),
    },
    html: resolve(values.html ?? join(root, ".gantry", `load-test-${environment}-${route}.html`)),
  };
}

function within(option: string, text: string, low: number, high: number): number {
  const allowed = `a number from ${low} to ${high.toLocaleString("en-US")}`;
  return numberOption(option, text, allowed, (value) => value >= low && value <= high);
}
