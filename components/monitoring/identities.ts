import type * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import { type Account, arn } from "../shared/account.ts";
import { grafanaName } from "./grafana-values.ts";
import { namespace, release } from "./prometheus.ts";

interface IdentityArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
}

/** Lets Prometheus write to a workspace of Amazon Managed Service for Prometheus, and not read it. */
export function remoteWriter(
  name: string,
  { account, controlPlane, workspaceId }: IdentityArgs & { readonly workspaceId: string },
  parent: pulumi.Resource,
): PodIdentity {
  return new PodIdentity(
    name,
    {
      controlPlane,
      namespace,
      serviceAccount: `${release}-prometheus`,
      statements: [
        {
          Effect: "Allow",
          Action: "aps:RemoteWrite",
          Resource: arn(account, "aps", `workspace/${workspaceId}`),
        },
      ],
      createServiceAccount: false,
    },
    { parent },
  );
}

/** Lets Grafana show what AWS counts. AWS has no resource that these actions could be bound to. */
export function cloudReader(
  name: string,
  { account, controlPlane }: IdentityArgs,
  parent: pulumi.Resource,
): PodIdentity {
  return new PodIdentity(
    name,
    {
      controlPlane,
      namespace,
      serviceAccount: grafanaName,
      statements: [
        {
          Effect: "Allow",
          Action: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources"],
          Resource: "*",
          Condition: { StringEquals: { "aws:RequestedRegion": account.region } },
        },
      ],
      createServiceAccount: false,
    },
    { parent },
  );
}
