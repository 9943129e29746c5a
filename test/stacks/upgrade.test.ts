import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference, type ResourceChange } from "../../scripts/plan/difference.ts";
import type { Plan } from "../../scripts/plan/plan.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { reaches } from "../support/names.ts";
import { find, ofType } from "../support/plan.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { fixtureValues } from "../support/project.ts";

/** The project with pins for one more version, each other than before. */
const root = projectCopy(fixtureValues);
afterAll(() => rmSync(root, { recursive: true }));

describe("an upgrade of Kubernetes", () => {
  let before: Plan;
  let after: Plan;
  let changes: readonly ResourceChange[];
  beforeAll(async () => {
    const file = join(root, "components/cluster/versions.ts");
    const text = readFileSync(file, "utf8");
    const [, pins = ""] = /\n {2}"1\.36": (\{.*?\n {2}\},)\n/s.exec(text) ?? [];
    const next = pins
      .replaceAll("eksbuild.", "eksbuild.9")
      .replaceAll("20260", "20270")
      .replaceAll("1.36.0-", "1.37.0-");
    writeFileSync(file, text.replace(pins, `${pins}\n  "1.37": ${next}`));
    const planOf = (version: string) =>
      planFixture({
        root,
        environment: "prod",
        edit: (config) => ({
          ...config,
          "gantry:cluster": { ...(config["gantry:cluster"] as object), version },
        }),
      });
    [before, after] = [await planOf("1.36"), await planOf("1.37")];
    changes = difference(before, after);
  });

  it("is what the steps in docs/operations/upgrade-kubernetes.md say, and nothing of a model", () => {
    const seen = changes.map(
      ({ urn, kind, fields }) => `${kind} ${urn.split("::").at(-1)}: ${[...fields].sort().join(" ")}`,
    );
    expect(seen.sort()).toEqual([
      "update a10g-class: spec",
      "update cluster-coredns: addonVersion",
      "update cluster-ebs-csi-driver: addonVersion",
      "update cluster-node-monitoring-agent: addonVersion",
      "update cluster-pod-identity-agent: addonVersion",
      "update cluster-system: releaseVersion version",
      "update cluster: kubeProxyAddonOptions version vpcCniOptions",
      "update h100-class: spec",
      "update l40s-class: spec",
    ]);
  });

  it("gives the system nodes the version with the image, which EKS refuses to take from the image alone", () => {
    expect(find(after, "ManagedNodeGroup", "cluster-system").inputs).toMatchObject({
      version: "1.37",
      releaseVersion: "1.37.0-20270923",
    });
  });

  it("goes from the control plane to the system nodes, the add-ons and the GPU nodes", () => {
    const waits = reaches(after);
    const [cluster, nodes] = [
      find(after, "eks:index:Cluster", "cluster"),
      find(after, "ManagedNodeGroup", "cluster-system"),
    ];
    expect(waits(nodes, cluster)).toBe(true);
    const later = [...ofType(after, "aws:eks/addon:Addon"), ...ofType(after, "EC2NodeClass")];
    expect(later.length).toBe(7);
    for (const resource of later) expect(waits(resource, nodes), resource.name).toBe(true);
  });

  it("replaces GPU nodes one at a time, and reserved ones by hand", () => {
    const budgets = (name: string) =>
      (find(after, "NodePool", name).inputs.spec as { disruption: { budgets: unknown } }).disruption.budgets;
    expect(budgets("a10g-pool")).toEqual([{ nodes: "1" }]);
    expect(budgets("h100-pool")).toEqual([{ nodes: "0" }]);
  });
});
