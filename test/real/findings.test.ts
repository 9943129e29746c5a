import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMessage } from "../../policies/framework/message.ts";
import { planEnvironment } from "../../scripts/plan/plan.ts";
import type { Diagnostic } from "../../scripts/plan/policy-report.ts";
import {
  clusterEndpoint,
  type Ended,
  eksProvider,
  missingPrograms,
  type RealStack,
  realStack,
} from "./real-stack.ts";

/** The policy pack says the same under the real CLI as in `npm start`, also where it has much to say. */
const missing = missingPrograms();
if (missing !== undefined) console.warn(`skipped: findings with the real CLI (${missing})`);
else console.info(`EKS components are taken apart by ${eksProvider()}`);

describe.skipIf(missing !== undefined)("what the policies find", () => {
  let endpoint: Awaited<ReturnType<typeof clusterEndpoint>>;
  beforeAll(async () => {
    endpoint = await clusterEndpoint();
  });
  afterAll(() => endpoint?.close());

  const changed = async (environment: string, change: (stack: RealStack) => void) => {
    const stack = await realStack(environment, endpoint.address);
    change(stack);
    return stack;
  };

  it.each(["dev", "staging", "prod"])("in a first preview of %s is what `npm start` says", async (name) => {
    const stack = await changed(name, () => undefined);
    const preview = await stack.judged(["preview"]);
    const plan = await planEnvironment({ root: stack.folder, environment: name });
    stack.remove();
    expect(preview.code, preview.output.slice(-4000)).toBe(0);
    expect(findings(preview)).toEqual(planned(plan.policyReport.diagnostics));
    expect(findings(preview).filter((finding) => finding.startsWith("mandatory"))).toEqual([]);
  });

  it("is the same under lists that replace the default, and of a policy that only the update knows", async () => {
    const stack = await changed("dev", (one) => {
      configure(one, {
        "model-source-allowed": { allowedBuckets: { only: ["another-bucket"] } },
        "gpu-pool-capped": { enforcementLevel: "mandatory" },
      });
      appendFileSync(join(one.folder, "stacks/index.ts"), pendingPolicy);
    });
    const preview = await stack.judged(["preview"]);
    const plan = await planEnvironment({ root: stack.folder, environment: "dev" });
    stack.remove();
    expect(findings(preview)).toEqual(planned(plan.policyReport.diagnostics));
    expect(findings(preview)).toContainEqual(
      expect.stringMatching(/^advisory policy-known-at-preview\[orders#/),
    );
    expect(findings(preview)).toContainEqual(expect.stringMatching(/^mandatory model-source-allowed\[/));
    expect(preview.code).not.toBe(0);
  });

  it("isn't requested where the configuration of the policies is refused", async () => {
    const stack = await changed("dev", (one) =>
      configure(one, { "model-source-allowed": { allowedBuckets: { only: "another-bucket" } } }),
    );
    const preview = await stack.judged(["preview"]);
    const planning = planEnvironment({ root: stack.folder, environment: "dev" });
    await expect(planning).rejects.toThrow(/model-source-allowed\.allowedBuckets/);
    stack.remove();
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain("allowedBuckets");
  });
});

/** An application's own policy, which holds an ARN that AWS gives. */
const pendingPolicy = `
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
const queue = new Queue("orders", { sqsManagedSseEnabled: true });
const role = new Role("orders", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
  }),
});
new RolePolicy("orders", {
  role: role.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn }],
  }),
});
`;

function configure({ folder, environment }: RealStack, rules: object) {
  const file = join(folder, "policies/config", `${environment}.json`);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...rules }));
}

/** Level and id of each finding that the CLI shows, indented under its level. */
function findings({ output }: Ended): readonly string[] {
  const [, ...shown] = output.split(/^ +- (?=\[(?:mandatory|advisory)\] )/m);
  return shown
    .map((one) => {
      const [head = "", ...lines] = one.split("\n");
      const indent = / */.exec(lines[0] ?? "")?.[0] ?? "";
      const end = lines.findIndex((line) => !line.startsWith(indent));
      const message = parseMessage(
        lines
          .slice(0, end)
          .map((line) => line.slice(indent.length))
          .join("\n"),
      );
      return `${head.slice(1, head.indexOf("]"))} ${message?.id ?? one}`;
    })
    .sort();
}

function planned(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ level, finding, message }) => `${level} ${finding?.id ?? message}`).sort();
}
