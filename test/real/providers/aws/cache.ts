import { text } from "../values.ts";
import type { Kind } from "./kind.ts";

const group = "aws:elasticache/replicationGroup:ReplicationGroup";

/** ElastiCache. [ElastiCache API reference; @pulumi/aws elasticache] */
export const cacheKinds: Readonly<Record<string, Kind>> = {
  "aws:elasticache/parameterGroup:ParameterGroup": {
    autoName: ["name", 255],
    once: ({ name }) => text(name),
    replacedBy: ["description", "family", "name"],
    made: ({ name }, place) => ({ id: text(name), arn: place.arn("elasticache", `parametergroup:${name}`) }),
    heldBy: [group],
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    autoName: ["name", 255],
    once: ({ name }) => text(name),
    replacedBy: ["name"],
    made: ({ name }, place) => ({ id: text(name), arn: place.arn("elasticache", `subnetgroup:${name}`) }),
    heldBy: [group],
  },
  [group]: {
    autoName: ["replicationGroupId", 40],
    once: ({ replicationGroupId }) => text(replicationGroupId),
    replacedBy: ["atRestEncryptionEnabled", "kmsKeyId", "port", "replicationGroupId", "subnetGroupName"],
    made: ({ replicationGroupId: id }, place) => {
      const host = `${id}.0a1b2c.use1.cache.amazonaws.com`;
      return {
        id: text(id),
        arn: place.arn("elasticache", `replicationgroup:${id}`),
        clusterEnabled: false,
        primaryEndpointAddress: `master.${host}`,
        readerEndpointAddress: `replica.${host}`,
      };
    },
    shown: ({ replicationGroupId: id, numCacheClusters }) => ({
      memberClusters: Array.from({ length: Number(numCacheClusters) }, (_, index) => `${id}-00${index + 1}`),
    }),
    minutes: [10, 8],
  },
};
