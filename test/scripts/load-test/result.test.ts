import { expect, it } from "vitest";
import { loadTestText, withVerdict } from "../../../scripts/load-test/report.ts";
import { figuresOf, loadResultOf, type StreamAnswer } from "../../../scripts/load-test/result.ts";

const objective = { firstTokenP50Seconds: 0.5, firstTokenP99Seconds: 5, errorShare: 0.01 };
const stages = [0.5, 1, 1.5, 2].map((share) => ({ share, requestsPerSecond: 10 * share, seconds: 20 }));

/** A hundred answers of a stage, the first ones changed. */
function hundred(stage: number, changes: Partial<StreamAnswer> = {}, count = 0): StreamAnswer[] {
  const good = {
    stage,
    tenant: "web",
    status: 200,
    model: "chat",
    lateSeconds: 0.01,
    firstTokenSeconds: 0.3,
    seconds: 2,
  };
  return Array.from({ length: 100 }, (_, index) => ({ ...good, ...(index < count && changes) }));
}
const whole = (...changed: (readonly StreamAnswer[])[]) =>
  stages.flatMap((_, stage) => changed.find(([one]) => one?.stage === stage) ?? hundred(stage));
const judged = (answers: readonly StreamAnswer[], isWhole = true) =>
  loadResultOf(figuresOf(stages, answers, objective), isWhole);

const failed = { status: 503, code: "no_model_available", firstTokenSeconds: undefined } as const;
const limited = { status: 429, code: "rate_limited", firstTokenSeconds: undefined } as const;

it("holds where every stage is within the objective, its limits included", () => {
  expect(judged(whole())).toEqual({
    outcome: "held",
    sentence: "the objective holds up to 200 % of the expected peak",
  });
  expect(judged(whole(hundred(2, failed, 1))).outcome).toBe("held");
  expect(judged(whole(hundred(2, { firstTokenSeconds: 5 }, 2))).outcome).toBe("held");
});

it.each([
  ["failures above their share", hundred(1, failed, 2), "2 of 100 failed, objective at most 1 %"],
  [
    "half of the first tokens too late",
    hundred(1, { firstTokenSeconds: 0.6 }, 51),
    "TTFT p50 0.60 s, objective 0.50 s",
  ],
  [
    "the slowest first tokens too late",
    hundred(1, { firstTokenSeconds: 6 }, 2),
    "TTFT p99 6.00 s, objective 5.00 s",
  ],
  [
    "streams that break off after their first token",
    hundred(1, { code: "broken_off" }, 2),
    "2 of 100 failed",
  ],
  ["a limit in the way at the peak", hundred(1, limited, 2), "2 of 100 failed"],
])("misses it by %s", (_, answers, reason) => {
  const { outcome, sentence } = judged(whole(answers));
  expect(outcome).toBe("missed");
  expect(sentence).toContain("holds up to 50 % of the expected peak; at 100 % of the expected peak: ");
  expect(sentence).toContain(reason);
});

it("takes a refusal by a limit above the peak as what the limit is for, unless nothing passes", () => {
  const [, , stage] = figuresOf(stages, whole(hundred(2, limited, 40)), objective);
  expect(stage).toMatchObject({ sent: 100, limited: 40, failed: 0, missed: [] });
  expect(judged(whole(hundred(2, limited, 100))).sentence).toContain("every request was refused");
});

it("decides nothing from where this machine sends late, and still tells a miss before that", () => {
  const late = hundred(2, { lateSeconds: 1.5, firstTokenSeconds: 1.8 }, 60);
  expect(judged(whole(late))).toMatchObject({ outcome: "undecided" });
  expect(judged(whole(late)).sentence).toContain("1.50 s late");
  expect(judged(whole(hundred(1, failed, 50), late)).outcome).toBe("missed");
});

it("decides nothing for a ramp that was broken off before it missed", () => {
  expect(judged(hundred(0), false)).toMatchObject({ outcome: "undecided" });
  expect(judged([], false)).toMatchObject({ outcome: "undecided" });
});

it("says in terminal and page that a report is partial", () => {
  const answers = [...hundred(0), ...hundred(1, limited, 1)];
  const figures = figuresOf(stages, answers, objective);
  const report = { environment: "dev", route: "assistant", stages, answers, figures };
  const text = loadTestText({ ...report, result: loadResultOf(figures, false), interrupted: true });
  expect(text).toContain("PARTIAL: interrupted in stage 2 of 4");
  expect(text).toContain("answered by  chat 200");
  expect(text).toContain("not answered  429 rate_limited 1");
  const page = withVerdict("<html><body><p></p></body></html>", "<1 %");
  expect(page).toMatch(/<body><pre [^>]*>&lt;1 %<\/pre><p>/);
});

it("fits 80 columns", () => {
  const figures = figuresOf(stages, whole(hundred(1, failed, 100)), objective);
  const report = { environment: "dev", route: "assistant", stages, answers: whole(), figures };
  const text = loadTestText({ ...report, result: loadResultOf(figures, true), interrupted: true }, 80);
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
