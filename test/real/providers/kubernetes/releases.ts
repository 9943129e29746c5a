import { createHash } from "node:crypto";
import type { Properties } from "../../../../scripts/plan/wire.ts";
import { text } from "../values.ts";

/** What the provider fills in of a Helm release. [pulumi-kubernetes provider/pkg/provider/helm_release.go] */
export const releaseDefaults: Properties = {
  atomic: false,
  cleanupOnFail: false,
  createNamespace: false,
  dependencyUpdate: false,
  disableCRDHooks: false,
  disableOpenapiValidation: false,
  disableWebhooks: false,
  forceUpdate: false,
  lint: false,
  recreatePods: false,
  renderSubchartNotes: false,
  replace: false,
  resetValues: false,
  reuseValues: false,
  skipAwait: false,
  skipCrds: false,
  timeout: 300,
  verify: false,
  waitForJobs: false,
};

/** Objects that the provider finds in the rendered chart, and Helm's view of the release. */
export function deployed(inputs: Properties): Properties {
  const { chart, name, namespace, version } = inputs;
  return {
    ...releaseDefaults,
    ...inputs,
    checksum: createHash("sha256").update(`${chart} ${version}`).digest("hex"),
    resourceNames: { "Deployment.apps/apps/v1": [`${namespace}/${name}`] },
    status: {
      appVersion: text(version),
      chart: text(chart).slice(text(chart).lastIndexOf("/") + 1),
      name: name ?? null,
      namespace: namespace ?? null,
      revision: 1,
      status: "deployed",
      version: version ?? null,
    },
  };
}
