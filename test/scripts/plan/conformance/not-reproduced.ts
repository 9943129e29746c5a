/** Behaviours of the real engine that the embedded one doesn't have, with what that means for a plan. */
export const notReproduced: readonly {
  readonly what: string;
  readonly source: string;
  readonly why: string;
}[] = [
  {
    what: "`ignoreChanges` puts the old inputs of its paths back before rules see them",
    source: "pkg/resource/deploy/step_generator.go processIgnoreChanges",
    why: "there is no state to take old inputs from; the second deployment that is planned has the inputs of the first",
  },
  {
    what: "Analyze stops a resource of `up` at its first mandatory finding",
    source: "pkg/resource/deploy/step_generator.go analyzeResource",
    why: "a plan is a preview, which collects every finding",
  },
  {
    what: "remediations change inputs before rules see them",
    source: "pkg/resource/deploy/step_generator.go generateStepsFromDiff, first pass",
    why: "no rule of the pack remediates, which a test of the pack holds",
  },
  {
    what: "aliases let a renamed resource keep its state",
    source: "pkg/resource/deploy/step_generator.go generateURN",
    why: "without a state nothing is renamed",
  },
  {
    what: "the default provider of the engine's own package is a resource",
    source: "pkg/resource/deploy/builtins.go",
    why: "the program asks for it through an answer of the real EKS provider; no rule reads providers",
  },
  {
    what: "autonaming takes its suffix from a random seed, and may be configured by pulumi:autonaming",
    source: "pkg/engine/lifecycletest/autonaming_test.go; pkg/resource/autonaming",
    why: "a plan is the same each time, so the suffix is a hash of the URN; the project configures no autonaming",
  },
  {
    what: "--target leaves resources out of the resource phase while the stack phase has them",
    source: "pkg/resource/deploy/step_generator.go AnalyzeResources",
    why: "a plan has no targets; the pack's tests give rules outputs alone",
  },
];
