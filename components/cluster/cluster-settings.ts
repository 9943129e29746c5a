import { z } from "zod";
import { exactlyOne } from "../shared/exactly-one.ts";
import { strict } from "../shared/problems.ts";
import { ipv4Range, whole } from "../shared/schema-fields.ts";

/** [EKS, service quotas: nodes per managed node group] */
const systemNodes = whole(1, "nodes").max(
  450,
  "450 nodes at most, which is EKS's limit for a managed node group",
);

/** EKS, and the nodes for everything that needs no GPU. */
export const clusterSchema = strict({
  version: z
    .string('in quotes, or YAML makes a number of it: "1.36"')
    .regex(/^1\.\d+$/, 'a Kubernetes version, such as "1.36"'),
  /** Who reaches the Kubernetes API from outside the VPC. */
  endpoint: exactlyOne(
    strict({
      publicFrom: z
        .array(ipv4Range)
        .min(1, "name the ranges, or choose { private: true }")
        // [EKS, service quotas: public endpoint access CIDR ranges per cluster]
        .max(40, "40 ranges at most, which is EKS's limit: join neighbours, or take the range of a VPN"),
    }),
    strict({ private: z.literal(true) }),
  ),
  systemNodes: strict({
    instanceType: z.string(),
    min: systemNodes,
    max: systemNodes,
  }),
  /** IAM roles with cluster-admin access, besides the one that creates the cluster. */
  admins: z.array(
    z
      .string()
      // [IAM API, CreateRole: RoleName and Path]
      .regex(
        /^arn:aws[\w-]*:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
        "one IAM role's ARN, without wildcards: an access entry names one role",
      ),
  ),
});
/** The configuration of EKS and its system nodes. */
export type ClusterSettings = z.infer<typeof clusterSchema>;
