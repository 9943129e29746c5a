import type { Exemption } from "./lib/exemption.ts";

/** A chat template exhausts vLLM before 0.32.0, of which no digest is known yet. */
const untilVllm032IsPublished = {
  reason:
    "PYSEC-2026-4344 and PYSEC-2026-4349 are fixed in 0.32.0, whose image digest isn't published yet; only the VPC reaches the engines",
  owner: "serving",
  expires: "2027-01-15",
} as const;

/** Findings that are let pass, each until a date. What is listed here shows up as a note in every preview. */
export const exemptions: readonly Exemption[] = [
  {
    finding: "engine-version-floor[chat-blue#containers.engine.version.0.31.0]",
    environments: ["dev", "staging", "prod"],
    ...untilVllm032IsPublished,
  },
  {
    finding: "engine-version-floor[chat-green#containers.engine.version.0.31.0]",
    environments: ["dev"],
    ...untilVllm032IsPublished,
  },
  {
    finding: "engine-version-floor[code-blue#containers.engine.version.0.31.0]",
    environments: ["staging", "prod"],
    ...untilVllm032IsPublished,
  },
  {
    finding: "engine-version-floor[large-blue#containers.engine.version.0.31.0]",
    environments: ["prod"],
    ...untilVllm032IsPublished,
  },
];
