import { prometheus as inCluster } from "../../components/monitoring/prometheus.ts";
import { type Colour, other } from "../../components/serving/traffic.ts";
import { answersPerHour, formatHours, stepHours } from "./answers.ts";
import { profiles, type Step, type Thresholds } from "./profiles.ts";
import { Prometheus } from "./prometheus.ts";
import { record } from "./recording.ts";
import type { StepTime } from "./run.ts";
import { evaluateStep, type StepResult } from "./step-result.ts";

/** How far back the answers of a slot count that lost its traffic. */
const baselineSeconds = 3600;

export interface GateArgs {
  readonly environment: string;
  readonly model: string;
  /** The slot that gets traffic. */
  readonly target: Colour;
  readonly steps: readonly Step[];
  /** @default those of the staged profile; nothing is compared where no step is watched */
  readonly thresholds?: Thresholds | undefined;
  /** Address of Prometheus. */
  readonly prometheus: string;
  readonly patienceHours: number;
  /** Whether it is about what `npm run local` runs. */
  readonly local: boolean;
}

/** The gates of a rollout; none where nothing is watched. */
export function gatesOf(args: GateArgs) {
  const { environment, model, target, steps, prometheus, patienceHours } = args;
  const watched = steps.some(({ minutes }) => minutes > 0);
  const thresholds = watched ? (args.thresholds ?? profiles.staged.thresholds) : undefined;
  const client = new Prometheus({ address: prometheus });
  const remedy = args.local
    ? "npm run local found no prometheus on the PATH when it was started: install it (apt-get install prometheus) and start it again, or name one with --prometheus"
    : `kubectl -n ${inCluster.namespace} port-forward svc/${serviceOf(inCluster.address)} 9090 brings it here for --prometheus http://127.0.0.1:9090`;
  const passed: StepResult = { outcome: "pass", findings: [], gaps: [], fewAnswers: false };
  const hour = async () => {
    if (thresholds === undefined) return undefined;
    const answers = await answersPerHour(client, model, Date.now() / 1000);
    const { samples } = thresholds;
    return { answers, hours: steps.map((step) => stepHours(step, samples, answers)), samples };
  };
  return {
    unreachable: async () => {
      if (thresholds === undefined) return undefined;
      const answer = await client.query("vector(1)", Date.now() / 1000);
      return "trouble" in answer ? `${answer.message}; ${remedy}` : undefined;
    },
    /** Why a step would wait longer for answers than it may, or undefined. */
    tooSlow: async () => {
      const found = await hour();
      const longest = Math.max(0, ...(found?.hours ?? []));
      if (found === undefined || longest <= patienceHours) return undefined;
      return (
        `${model} gave ${Math.round(found.answers)} answers in the last hour: a step with its ${found.samples} answers would take ${formatHours(longest)}, and may wait ${formatHours(patienceHours)}; ` +
        `wait longer with --patience <hours>, or switch without a comparison: npm run switch -- ${environment} ${model} ${target} --bake 0`
      );
    },
    /** How long the steps will take with as many answers as in the last hour. */
    forecast: async () => {
      const found = await hour();
      if (found === undefined) return [];
      const parts = steps.map(
        ({ kind, percent }, index) => `${kind} ${percent} % ${formatHours(found.hours[index] ?? 0)}`,
      );
      return [
        `${Math.round(found.answers)} answers in the last hour; with as many, and ${found.samples} for each gate: ${parts.join(", ")}`,
      ];
    },
    evaluate: async ({ step, began, now, decisive }: StepTime): Promise<StepResult> => {
      if (thresholds === undefined) return passed;
      const span = { from: began, until: now };
      const elapsed = now - began;
      // A slot that lost its traffic is compared with what it was before: an hour, so that its share is well known.
      const baseline =
        step.kind === "switch"
          ? {
              span: { from: began - elapsed, until: began },
              answersFrom: began - Math.max(elapsed, baselineSeconds),
            }
          : { span };
      const [canary, live] = await Promise.all([
        record(client, { model, colour: target, side: "canary", span }),
        record(client, { model, colour: other(target), side: "live", ...baseline }),
      ]);
      return evaluateStep({ canary, live }, thresholds, decisive);
    },
  };
}

function serviceOf(address: string): string {
  return new URL(address).hostname.split(".")[0] ?? "";
}
