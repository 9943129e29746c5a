import type { Colour } from "../../components/serving/traffic.ts";
import type { Style } from "../plan/report/style.ts";
import { table } from "../table.ts";
import { formatLimit, gates, type Side } from "./gates.ts";
import type { Position } from "./path.ts";
import type { Stage } from "./profiles.ts";
import type { RolloutOutcome } from "./run.ts";
import type { GateResult, StepResult } from "./step-result.ts";

/** The subject of a rollout. */
export interface Subject {
  readonly environment: string;
  readonly model: string;
  readonly colours: Readonly<Record<Side, Colour>>;
  readonly releases: Readonly<Record<Side, string>>;
  readonly profile: string;
}

/** One evaluation of the gates and the action that followed. */
export interface Decision {
  /** ISO 8601. */
  readonly at: string;
  readonly position: Position;
  readonly result: StepResult;
  /** In words: what the command did. */
  readonly action: string;
}

/** How a rollout ended. */
export interface RolloutResult {
  readonly subject: Subject;
  readonly outcome: RolloutOutcome;
  readonly decisions: readonly Decision[];
}

const colour = { pass: "green", hold: "yellow", abort: "red", "not measured": "dim" } as const;

/** A step on the terminal: where it is, how long it has, and every gate with its numbers. */
export function stepLines(
  { number, of, stage }: Position,
  secondsLeft: number,
  { outcome, findings, gaps }: StepResult,
  style: Style,
): string[] {
  const rows = findings.map((finding) => {
    const { gate, outcome, reason } = finding;
    return [gates[gate].title, ...numbers(finding), style(colour[outcome], outcome), note(outcome, reason)];
  });
  const head = ["gate", "canary", "live", "allowed", "", ""].map((title) => style("dim", title));
  return [
    `${style("bold", `step ${number} of ${of}`)}  ${stageText(stage)}  ${timeLeft(secondsLeft)}  ${style(colour[outcome], outcome)}`,
    ...table([head, ...rows], [1, 2, 3]),
    ...gaps.map((gap) => style("yellow", `  ${gap}`)),
  ];
}

/** A decision as one line of JSON, for a log that machines read. */
export function logLine(subject: Subject, { at, position, result, action }: Decision): string {
  const { number, of, stage } = position;
  return JSON.stringify({ at, ...subject, step: number, of, ...stage, ...result, action });
}

/** A whole rollout in Markdown, for the pull request that it belongs to. */
export function summary({ subject, outcome, decisions }: RolloutResult): string {
  const { environment, model, colours, releases, profile } = subject;
  const last = decisions.at(-1);
  return [
    `### ${environment}: ${model} from ${colours.live} to ${colours.canary}, ${outcome}`,
    "",
    `Release ${code(releases.live)} to ${code(releases.canary)}, profile ${code(profile)}.`,
    "",
    ...markdownTable(
      ["time", "step", "traffic", "result", "action"],
      newDecisions(decisions).map(({ at, position: { number, of, stage }, result, action }) => [
        at,
        `${number} of ${of}`,
        stageText(stage),
        result.outcome,
        action,
      ]),
    ),
    ...(last === undefined ? [] : ["", `Gates at ${last.at}:`, "", ...gateTable(last.result)]),
    "",
  ].join("\n");
}

/** Decisions that differ from the previous one: a step is evaluated many times, mostly with the same result. */
function newDecisions(decisions: readonly Decision[]): readonly Decision[] {
  return decisions.filter((decision, index) => isNewDecision(decisions[index - 1], decision));
}

/** Whether a decision differs from the previous one. */
export function isNewDecision(before: Decision | undefined, now: Decision): boolean {
  return (
    before?.position.number !== now.position.number ||
    before.result.outcome !== now.result.outcome ||
    before.action !== now.action
  );
}

function gateTable({ findings, gaps }: StepResult): string[] {
  return [
    ...markdownTable(
      ["gate", "canary", "live", "allowed", "result"],
      findings.map((finding) => {
        const reason = note(finding.outcome, finding.reason);
        return [
          gates[finding.gate].title,
          ...numbers(finding),
          reason === "" ? finding.outcome : `${finding.outcome}: ${reason}`,
        ];
      }),
    ),
    ...(gaps.length === 0 ? [] : ["", ...gaps.map((gap) => `- ${escaped(gap)}`)]),
  ];
}

/** Canary, live and limit, or undefined where there are none. */
function numbers({ gate, canary, live, limit }: GateResult): string[] {
  const format = (value: number | undefined) => (value === undefined ? "" : gates[gate].format(value));
  return [format(canary), format(live), limit === undefined ? "" : formatLimit(gate, limit)];
}

/** A gate that passed needs no reason. */
function note(outcome: GateResult["outcome"], reason: string): string {
  return outcome === "pass" ? "" : reason;
}

function stageText({ kind, percent }: Stage): string {
  return kind === "switch" ? "switched, 100 %" : `${kind} ${percent} %`;
}

function timeLeft(seconds: number): string {
  if (seconds <= 0) return "time is up";
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)];
}

/** Reasons hold what a server said, which must not become markup or a cell of its own. */
function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\|`*_[\]]/g, "\\$&");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "")}\``;
}
