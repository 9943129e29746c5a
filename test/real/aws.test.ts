import { rmSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { environments } from "../../scripts/plan/environment.ts";
import { type Plan, planProgram } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { fixtureValues } from "../support/project.ts";
import { pythonWithAws, runPython } from "../support/python.ts";

const python = pythonWithAws();
const requests = ({ resources }: Plan) => resources.map(({ type, name, inputs }) => ({ type, name, inputs }));

describe.runIf(python !== undefined)("AWS", () => {
  let plans: readonly Plan[] = [];
  beforeAll(async () => {
    const root = projectCopy(fixtureValues);
    plans = await Promise.all(environments(root).map((environment) => planProgram({ root, environment })));
    rmSync(root, { recursive: true });
  });
  const planOf = (environment: string) => {
    const plan = plans.find((each) => each.environment === environment);
    if (plan === undefined) throw new Error(`no environment ${environment}`);
    return plan;
  };
  const run = (script: string, input: unknown) => runPython(python ?? "", script, input);

  describe("by the service models of botocore", () => {
    const judged = (resources: unknown) => run("aws-models.py", resources);

    it("takes what every environment asks it to make", () => {
      for (const plan of plans) {
        const [compared, ...refused] = judged(requests(plan)).toReversed();
        expect(refused, plan.environment).toEqual([]);
        expect(Number(compared?.replace("compared ", ""))).toBeGreaterThan(200);
      }
    });

    const planted: [what: string, type: string, inputs: (from: Properties) => object, said: RegExp][] = [
      [
        "a kind of budget",
        "aws:budgets/budget:Budget",
        () => ({ budgetType: "COSTS" }),
        /is none of USAGE, COST/,
      ],
      [
        "eleven addresses",
        "aws:budgets/budget:Budget",
        ({ notifications }) => ({
          notifications: (notifications as Properties[]).map((notification) => ({
            ...notification,
            subscriberEmailAddresses: Array.from({ length: 11 }, (_, index) => `a${index}@example.com`),
          })),
        }),
        /more than 10 e-mail addresses/,
      ],
      [
        "a role's name",
        "aws:iam/instanceProfile:InstanceProfile",
        () => ({ name: "gpu node" }),
        /doesn't match/,
      ],
      ["a cluster's name", "eks:index:Cluster", () => ({ name: "-gantry" }), /doesn't match/],
      [
        "a log group's name",
        "aws:cloudwatch/logGroup:LogGroup",
        () => ({ name: "/aws/eks/*" }),
        /doesn't match/,
      ],
      ["an alias", "aws:kms/alias:Alias", () => ({ name: "alias/gantry dev" }), /doesn't match/],
      [
        "a health check each second",
        "aws:lb/targetGroup:TargetGroup",
        ({ healthCheck }) => ({ healthCheck: { ...(healthCheck as object), interval: 1 } }),
        /1 are not 5 to 300/,
      ],
      ["a priority", "aws:lb/listenerRule:ListenerRule", () => ({ priority: 0 }), /0 are not 1 to 50000/],
      [
        "a kind of endpoint",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        () => ({ vpcEndpointType: "Interfaces" }),
        /is none of/,
      ],
      [
        "a wait",
        "aws:secretsmanager/secret:Secret",
        () => ({ recoveryWindowInDays: 3 }),
        /neither 0 nor 7 to 30/,
      ],
    ];
    it.each(planted)("refuses %s that isn't one", (_, type, inputs, said) => {
      const resource = requests(planOf("dev")).find((each) => each.type === type);
      if (resource === undefined) throw new Error(`no ${type}`);
      const wrong = { ...resource, inputs: { ...resource.inputs, ...inputs(resource.inputs) } };
      expect(judged([resource]).slice(0, -1)).toEqual([]);
      expect(judged([wrong]).slice(0, -1)).toContainEqual(expect.stringMatching(said));
    });
  });

  describe("as moto has it, after an environment was deleted", () => {
    const outcome = (resources: readonly PlannedResource[]) => run("destroy-and-up.py", resources);

    it("has all names free and no volume left, so that the environment can be made again", () => {
      expect(outcome(planOf("dev").resources)).toEqual([]);
    });

    it("keeps what `protect` keeps", () => {
      const kept = outcome(planOf("prod").resources);
      expect(kept).toContain("destroy Bucket model-store: BucketNotEmpty");
      expect(kept).toContain("destroy LogGroup cluster-logs: protected");
      expect(kept).toContain("destroy leaves the volume vol-");
      expect(kept).toContainEqual(expect.stringMatching(/^up again Secret secrets-engine-api-key: /));
    });

    it("has a volume left where the disks' driver goes before the claims", () => {
      const { resources } = planOf("dev");
      const driver = resources.find(({ name }) => name === "cluster-ebs-csi-driver")?.urn;
      // Without the edges to the driver it is deleted among the first, as the last that was made.
      const loose = resources
        .map((each) => ({
          ...each,
          dependencies: each.dependencies.filter((urn) => !/ebs-csi|gp3$/.test(urn)),
        }))
        .toSorted((a, b) => Number(/ebs-csi/.test(a.name)) - Number(/ebs-csi/.test(b.name)));
      expect(driver).toBeDefined();
      expect(outcome(loose)).toContain("destroy leaves the volume vol-");
    });
  });
});
