import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { readStackConfig } from "../plan/environment.ts";
import { projectCopy } from "../project-copy.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Models of one slot each; a pool holds eight of them, so that each stays within its GPU limit. */
export const generated = [1, 10, 30, 100, 300];
const modelsPerPool = 8;
/** Rules that a load balancer has room for. */
const modelsPerLoadBalancer = 25;

/** Runs of a case: large ones take long, and vary less for it. */
export function runsOf(models: number): number {
  return models > 100 ? 2 : 7;
}

/** A copy of the project whose dev environment has this many models, with the exemptions of the shipped one. */
export function projectWith(models: number): string {
  const folder = projectCopy();
  const shipped = readStackConfig(root, "dev");
  const config = {
    ...shipped,
    "gantry:routes": {},
    "gantry:tenants": {
      web: { models: ["model-1"], requestsPerMinute: 60, tokensPerMinute: 100_000, monthlyBudgetUsd: 200 },
    },
    // Prometheus watches as many engines as there are models.
    "gantry:cluster": {
      ...(shipped["gantry:cluster"] as object),
      systemNodes: { instanceType: models > 100 ? "m7i.4xlarge" : "m7i.2xlarge", min: 2, max: 4 },
    },
    "gantry:pools": Object.fromEntries(
      Array.from({ length: Math.ceil(models / modelsPerPool) }, (_, pool) => [
        `a10g-${pool + 1}`,
        { instanceTypes: ["g5.xlarge"], capacity: ["on-demand"], maxGpus: 2 * modelsPerPool },
      ]),
    ),
    "gantry:models": Object.fromEntries(
      Array.from({ length: models }, (_, model) => [
        `model-${model + 1}`,
        {
          ...(model >= modelsPerLoadBalancer && {
            loadBalancer: `models-${Math.floor(model / modelsPerLoadBalancer)}`,
          }),
          blue: {
            release: "qwen3-8b-awq-1",
            pool: `a10g-${Math.floor(model / modelsPerPool) + 1}`,
            replicas: { min: 1, max: 1 },
          },
          traffic: { live: "blue", canaryPercent: 0 },
        },
      ]),
    ),
  };
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config }));
  return folder;
}
