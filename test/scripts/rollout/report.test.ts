import { describe, expect, it } from "vitest";
import { type Decision, logLine, type Subject, stepLines, summary } from "../../../scripts/rollout/report.ts";
import type { GateResult, StepResult } from "../../../scripts/rollout/step-result.ts";

const plain = (_style: string, text: string) => text;
const subject: Subject = {
  environment: "prod",
  model: "chat",
  colours: { canary: "green", live: "blue" },
  releases: { canary: "qwen3-8b-awq-2", live: "qwen3-8b-awq-1" },
  profile: "customer-facing",
};
const findings: readonly GateResult[] = [
  { gate: "errors", outcome: "abort", canary: 0.051, live: 0.004, limit: 0.014, reason: "worse" },
  {
    gate: "firstToken",
    outcome: "pass",
    canary: 0.4123,
    live: 1.25,
    limit: 1.625,
    reason: "within its limit",
  },
  { gate: "speed", outcome: "pass", canary: 0.02, live: 0.021, limit: 0.026, reason: "within its limit" },
  { gate: "quality", outcome: "not measured", reason: "canary has no series" },
];
const bad: StepResult = {
  outcome: "abort",
  findings,
  gaps: ["live: its pods were last read 105 s ago"],
  fewAnswers: false,
};
const good: StepResult = { outcome: "pass", findings: findings.slice(1, 3), gaps: [], fewAnswers: false };
const position = { number: 2, of: 3, stage: { kind: "canary", percent: 25 } } as const;
const first = { number: 1, of: 3, stage: { kind: "canary", percent: 5 } } as const;
const decision: Decision = { at: "2026-11-25T14:00:00Z", position, result: bad, action: "rolled back" };

describe("a step on the terminal", () => {
  it("says where it is, how long it has, and each gate's numbers in columns", () => {
    expect(stepLines(position, 660, bad, plain)).toEqual([
      "step 2 of 3  canary 25 %  11 min left  abort",
      "  gate                 canary    live         allowed",
      "  errors               5.10 %  0.40 %  at most 1.40 %  abort         worse",
      "  first token P90      412 ms  1.25 s  at most 1.63 s  pass",
      "  tokens a second P50    50.0    47.6   at least 38.5  pass",
      "  quality of 100                                       not measured  canary has no series",
      "  live: its pods were last read 105 s ago",
    ]);
  });

  it.each([
    [0, "time is up"],
    [-5, "time is up"],
    [41.2, "42 s left"],
    [91, "2 min left"],
  ])("with %f seconds left says: %s", (seconds, text) => {
    expect(stepLines(position, seconds, good, plain)[0]).toContain(`  ${text}  `);
  });

  it("names a copy and a switch as such", () => {
    const head = (kind: "shadow" | "switch", percent: number) =>
      stepLines({ ...position, stage: { kind, percent } }, 0, good, plain)[0];
    expect(head("shadow", 5)).toContain("  shadow 5 %  ");
    expect(head("switch", 100)).toContain("  switched, 100 %  ");
  });
});

describe("a line of the log", () => {
  it("is one line of JSON with everything that was known", () => {
    const line = logLine(subject, decision);
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual({
      at: "2026-11-25T14:00:00Z",
      ...subject,
      step: 2,
      of: 3,
      kind: "canary",
      percent: 25,
      ...bad,
      action: "rolled back",
    });
  });
});

describe("the summary of a rollout", () => {
  it("is a table of what was decided, and the gates at the end", () => {
    const decisions = [
      { ...decision, at: "13:00", position: first, result: good, action: "waits" },
      { ...decision, at: "13:01", position: first, result: good, action: "waits" },
      { ...decision, at: "13:20", position: first, result: good, action: "on to canary 25 %" },
      decision,
    ];
    expect(
      summary({ subject, outcome: "rolled back", decisions }),
    ).toBe(`### prod: chat from blue to green, rolled back

Release \`qwen3-8b-awq-1\` to \`qwen3-8b-awq-2\`, profile \`customer-facing\`.

| time | step | traffic | result | action |
|---|---|---|---|---|
| 13:00 | 1 of 3 | canary 5 % | pass | waits |
| 13:20 | 1 of 3 | canary 5 % | pass | on to canary 25 % |
| 2026-11-25T14:00:00Z | 2 of 3 | canary 25 % | abort | rolled back |

Gates at 2026-11-25T14:00:00Z:

| gate | canary | live | allowed | result |
|---|---|---|---|---|
| errors | 5.10 % | 0.40 % | at most 1.40 % | abort: worse |
| first token P90 | 412 ms | 1.25 s | at most 1.63 s | pass |
| tokens a second P50 | 50.0 | 47.6 | at least 38.5 | pass |
| quality of 100 |  |  |  | not measured: canary has no series |

- live: its pods were last read 105 s ago
`);
  });

  it("can't be broken by what a server said", () => {
    const reason = "Prometheus answered 502: <img src=x> | *a*\n# b";
    const result: StepResult = {
      outcome: "hold",
      findings: [{ gate: "errors", outcome: "hold", reason }],
      gaps: [reason],
      fewAnswers: false,
    };
    const text = summary({ subject, outcome: "interrupted", decisions: [{ ...decision, result }] });
    expect(text).toContain(
      "| errors |  |  |  | hold: Prometheus answered 502: &lt;img src=x> \\| \\*a\\* # b |",
    );
    expect(text).not.toMatch(/^#+ b/m);
  });

  it("of a rollout without a decision has no table of gates", () => {
    const text = summary({ subject, outcome: "interrupted", decisions: [] });
    expect(text).toContain("chat from blue to green, interrupted");
    expect(text).not.toContain("Gates at");
  });
});
