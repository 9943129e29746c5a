import type * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import { type Account, arn, type Statement } from "../shared/account.ts";
import { grafanaName } from "./grafana-values.ts";
import { namespace, release } from "./prometheus.ts";

interface IdentityArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
}

/** Lets Prometheus write to a workspace of Amazon Managed Service for Prometheus, and not read it. */
export function remoteWriter(
  name: string,
  args: IdentityArgs & { readonly workspaceId: string },
  parent: pulumi.Resource,
): PodIdentity {
  const statement: Statement = {
    Effect: "Allow",
    Action: "aps:RemoteWrite",
    Resource: arn(args.account, "aps", `workspace/${args.workspaceId}`),
  };
  return ofChart(name, args, `${release}-prometheus`, statement, parent);
}

/** Lets Grafana read CloudWatch metrics. AWS has no resource-level permissions for these actions. */
export function cloudReader(name: string, args: IdentityArgs, parent: pulumi.Resource): PodIdentity {
  const statement: Statement = {
    Effect: "Allow",
    Action: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources"],
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": args.account.region } },
  };
  return ofChart(name, args, grafanaName, statement, parent);
}

/** The identity of a service account that the chart makes. */
function ofChart(
  name: string,
  { controlPlane }: IdentityArgs,
  serviceAccount: string,
  statement: Statement,
  parent: pulumi.Resource,
): PodIdentity {
  return new PodIdentity(
    name,
    { controlPlane, namespace, serviceAccount, statements: [statement], createServiceAccount: false },
    { parent },
  );
}
