import type { Edits } from "./compared.ts";

/** A change of the fixture's dev, and how far it reaches. */
export interface Label {
  readonly what: string;
  readonly edits: Edits;
  readonly line: string;
  /** Why: what AWS, Kubernetes, Karpenter or LiteLLM do about such a change. */
  readonly source: string;
  /** What was deployed differs from the fixture, too. */
  readonly from?: Edits;
  /** What a reader has to be warned of. @default nothing */
  readonly notes?: readonly string[];
}

const none = undefined;
const settings = "limits and gateway settings";
const newTenant = {
  models: ["assistant"],
  requestsPerMinute: 6,
  tokensPerMinute: 10_000,
  monthlyBudgetUsd: 2,
};
const draft = {
  blue: { release: "qwen3-8b-awq-1", pool: "a10g", replicas: { min: 1, max: 1 } },
  traffic: { live: "blue", canaryPercent: 0 },
};
const mounted =
  "Kubernetes, ConfigMaps: mounted ConfigMaps are updated automatically; the gateway reads tenants and settings again";
const atStart =
  "LiteLLM reads config.yaml once, at its start; the Deployment's template carries its checksum";
const template =
  "Kubernetes, Deployments: a rollout is triggered by a change of .spec.template, and by nothing else";
const rule =
  "CloudFormation AWS::ElasticLoadBalancingV2::ListenerRule: Actions, Conditions, Priority: no interruption";

/**
 * Written by hand before the first run. Where that run said something else, the source decided: the code was wrong about
 * ConfigMaps of a provider with enableConfigMapMutable (15 lines), the label about five, whose source names the file.
 */
export const labels: readonly Label[] = [
  { what: "nothing", edits: {}, line: "nothing that is deployed changes", source: "same inputs" },
  {
    what: "a tenant's requests",
    edits: { "tenants.web.requestsPerMinute": 90 },
    line: `only ${settings}: tenants`,
    source: mounted,
  },
  {
    what: "a tenant's tokens",
    edits: { "tenants.web.tokensPerMinute": 9000 },
    line: `only ${settings}: tenants`,
    source: mounted,
  },
  {
    what: "a tenant's budget",
    edits: { "tenants.web.monthlyBudgetUsd": 300 },
    line: `only ${settings}: tenants`,
    source: mounted,
  },
  {
    what: "a new tenant, with its key",
    edits: { "tenants.batch": newTenant },
    line: `only ${settings}: tenants`,
    source: mounted,
  },
  {
    what: "a tenant that goes, with its key",
    from: { "tenants.batch": newTenant },
    edits: {},
    line: `deletes or replaces data, network or cluster: deletes secret secrets-tenants-batch-1, deletes secret secrets-tenants-batch-1-signing, deletes secret value secrets-tenants-batch-1, deletes secret value secrets-tenants-batch-1-signing and 2 more; also: ${settings}`,
    source: "Secrets Manager, DeleteSecret: the value is gone after the recovery window",
  },
  {
    what: "a route's strategy",
    edits: { "routes.assistant.strategy": "quality" },
    line: `restarts pods: gateway; also: ${settings}`,
    source: atStart,
  },
  {
    what: "a price",
    edits: { "hosted.gpt-4o.usdPerMillion.input": 3 },
    line: `restarts pods: gateway; also: ${settings}, monitoring`,
    source: atStart,
  },
  {
    what: "a tenant and a price",
    edits: { "tenants.web.requestsPerMinute": 9, "hosted.gpt-4o.usdPerMillion.input": 3 },
    line: `restarts pods: gateway; also: ${settings}, monitoring`,
    source: atStart,
  },
  {
    what: "copies to the standby",
    edits: { "models.chat.traffic.shadowPercent": 10 },
    line: `only ${settings}: gateway`,
    source: mounted,
  },
  {
    what: "requests per address",
    edits: { "edge.requestsPerAddress.limit": 600 },
    line: `only ${settings}: edge`,
    source: "CloudFormation AWS::WAFv2::WebACL Rules: no interruption",
  },
  {
    what: "a canary",
    edits: { "models.chat.traffic.canaryPercent": 5 },
    line: "only listener rules: chat",
    source: rule,
  },
  {
    what: "half of the traffic",
    edits: { "models.chat.traffic.canaryPercent": 50 },
    line: "only listener rules: chat",
    source: rule,
  },
  {
    what: "the end of a canary",
    from: { "models.chat.traffic.canaryPercent": 5 },
    edits: {},
    line: "only listener rules: chat",
    source: rule,
  },
  {
    what: "a switch",
    edits: { "models.chat.traffic.live": "green" },
    line: "only listener rules: chat",
    source: rule,
  },
  {
    what: "a switch and a tenant",
    edits: { "models.chat.traffic.live": "green", "tenants.web.requestsPerMinute": 9 },
    line: `listener rules: chat; also: ${settings}`,
    source: rule,
  },
  {
    what: "no standby",
    edits: { "models.chat.green": none },
    line: `removes the standby: chat green; also: restarts pods, changes other resources, listener rules, ${settings}`,
    source: `the gateway knows each slot's host: ${atStart}`,
  },
  {
    what: "a smaller standby",
    from: { "pools.a10g.maxGpus": 5, "models.chat.green.replicas": { min: 2, max: 2 } },
    edits: { "pools.a10g.maxGpus": 5, "models.chat.green.replicas": { min: 1, max: 2 } },
    line: "only scaling: chat green",
    source: "KEDA, ScaledObject: minReplicaCount is followed without touching the pods that stay",
  },
  {
    what: "the standby's release",
    edits: { "models.chat.green.release": "qwen3-8b-awq-1" },
    line: `restarts pods: chat green, gateway; also: scaling, ${settings}`,
    source: template,
  },
  {
    what: "the live slot's release",
    edits: { "models.chat.blue.release": "qwen3-8b-awq-2" },
    line: `restarts pods: chat blue, gateway; also: scaling, ${settings}, monitoring`,
    source: template,
  },
  {
    what: "a new model",
    edits: { "pools.a10g.maxGpus": 6, "models.draft": draft },
    line: `restarts pods: gateway; also: scaling, additions, ${settings}, monitoring`,
    source: atStart,
  },
  {
    what: "a model that goes",
    from: { "pools.a10g.maxGpus": 6, "models.draft": draft },
    edits: { "pools.a10g.maxGpus": 6 },
    line: `stops serving: draft; also: deletes or replaces load balancers or target groups, restarts pods, changes other resources, listener rules, ${settings}, monitoring`,
    source: "CloudFormation AWS::ElasticLoadBalancingV2::TargetGroup: it goes with the resource",
  },
  {
    what: "another VPC range",
    edits: { "network.create.cidr": "10.41.0.0/16" },
    line: "deletes or replaces data, network or cluster: replaces VPC network, replaces subnet network-private-use1-az1, replaces subnet network-private-use1-az2, replaces subnet network-public-use1-az1 and 1 more; also: replaces nodes, deletes or replaces load balancers or target groups, changes other resources, listener rules, monitoring",
    source:
      "CloudFormation AWS::EC2::VPC CidrBlock, AWS::EC2::Subnet VpcId, AWS::ElasticLoadBalancingV2::TargetGroup VpcId: replacement; the provider changes subnets of a cache and a cluster in place, which AWS refuses across VPCs (a note says so)",
    notes: [
      "AWS refuses to move a cluster or a cache to another VPC, so this update would fail: another network needs another environment",
    ],
  },
  {
    what: "another bucket",
    edits: { "modelStore.bucket": "example-gantry-dev-other" },
    line: "deletes or replaces data, network or cluster: replaces bucket model-store; also: restarts pods, changes other resources",
    source: "CloudFormation AWS::S3::Bucket BucketName: replacement",
  },
  {
    what: "another kind of GPU node",
    edits: { "pools.a10g.instanceTypes": ["g5.2xlarge"] },
    line: `replaces nodes: GPU pool a10g; also: restarts pods, ${settings}, monitoring`,
    source: "Karpenter, disruption, drift: a node that is no longer compatible with the requirements",
  },
  {
    what: "spot besides",
    edits: { "pools.a10g.capacity": ["on-demand", "spot"] },
    line: "restarts pods: chat blue, chat green; also: scaling",
    source:
      "Karpenter, disruption, drift: nodes within wider requirements stay; on spot, pods end within the notice of 120 s, so their grace period is another; components/serving/timeouts.ts leaves deregistration as it is",
  },
  {
    what: "the system nodes' type",
    edits: { "cluster.systemNodes.instanceType": "m7i.2xlarge" },
    line: "replaces nodes: system nodes; also: monitoring",
    source: "CloudFormation AWS::EKS::Nodegroup InstanceTypes: replacement",
  },
  {
    what: "the budget",
    edits: { "budget.monthlyUsd": 5000 },
    line: "only monitoring: budget, monitoring",
    source:
      "CloudFormation AWS::Budgets::Budget: an update; AWS Budgets notifies, and limits nothing; an alert in components/monitoring/alerts.ts compares with the same amount",
  },
  {
    what: "whom alerts go to",
    edits: { "monitoring.notify": ["else@example.com"] },
    line: "only monitoring: budget, monitoring",
    source:
      "CloudFormation AWS::SNS::Subscription Endpoint: replacement; components/budget/budget.ts notifies the same addresses",
  },
  {
    what: "how long metrics stay",
    edits: { "monitoring.retentionDays": 9 },
    line: "only monitoring: monitoring",
    source: "Helm: an upgrade of the release",
  },
  {
    what: "the private endpoint",
    edits: { "cluster.endpoint": { private: true } },
    line: "changes other resources: updates Cluster cluster-eksCluster",
    source: "EKS, UpdateClusterConfig: endpoint access changes in place",
  },
  {
    what: "an administrator",
    edits: { "cluster.admins": ["arn:aws:iam::111122223333:role/a"] },
    line: "only additions: cluster",
    source: "EKS, CreateAccessEntry: a resource of its own",
  },
  {
    what: "a NAT gateway more",
    edits: { "network.create.natGateways": 2 },
    line: "changes other resources: deletes Eip network-nat, deletes NatGateway network-nat, updates RouteTable network-private-use1-az1, updates RouteTable network-private-use1-az2; also: additions",
    source:
      "CloudFormation AWS::EC2::Route NatGatewayId: no interruption; components/network/network.ts names the one that all zones share otherwise than one for each zone",
  },
  {
    what: "the most GPUs",
    edits: { "pools.a10g.maxGpus": 6 },
    line: "only scaling: GPU pool a10g",
    source: "Karpenter, disruption, drift: spec.limits doesn't count",
  },
  {
    what: "more replicas",
    edits: { "pools.a10g.maxGpus": 5, "models.chat.blue.replicas.max": 2 },
    line: `restarts pods: gateway; also: scaling, ${settings}`,
    source: `LiteLLM's max_parallel_requests follows the replicas: ${atStart}`,
  },
  {
    what: "the cache's node type",
    edits: { "cache.create.nodeType": "cache.t4g.small" },
    line: "changes other resources: updates ReplicationGroup cache",
    source: "ElastiCache, ModifyReplicationGroup CacheNodeType: online scaling",
  },
  {
    what: "more gateway pods",
    edits: { "gateway.replicas.max": 3 },
    line: `scaling: gateway; also: ${settings}`,
    source:
      "Kubernetes, HorizontalPodAutoscaler: maxReplicas is followed without a rollout; settings.yaml holds the most pods",
  },
  {
    what: "a GPU pool that goes",
    from: { "pools.spare": { instanceTypes: ["g6e.xlarge"], capacity: ["on-demand"], maxGpus: 1 } },
    edits: {},
    line: "ends nodes: GPU pool spare; also: monitoring",
    source:
      "Karpenter, NodePools: nodes that a deleted pool made are ended; prices by instance type are series",
  },
  {
    what: "a GPU pool of another name",
    edits: {
      "pools.a10g": none,
      "pools.small": { instanceTypes: ["g5.xlarge", "g5.2xlarge"], capacity: ["on-demand"], maxGpus: 4 },
      "models.chat.blue.pool": "small",
      "models.chat.green.pool": "small",
    },
    line: "ends nodes: GPU pool a10g; also: restarts pods, additions",
    source: `Karpenter, NodePools: nodes that a deleted pool made are ended; ${template}`,
  },
  {
    what: "another region",
    edits: { "aws:region": "us-west-2" },
    line: `deletes or replaces data, network or cluster: replaces cluster cluster-eksCluster, replaces VPC network, replaces cache cache, replaces bucket edge-logs and 39 more; also: replaces nodes, deletes or replaces load balancers or target groups, restarts pods, changes other resources, listener rules, additions, monitoring`,
    source:
      "AWS, Regions: resources of one region aren't those of another; the gateway's documents go with their cluster",
    notes: [
      "the region changes from us-east-1 to us-west-2: everything is recreated there and deleted here, data included; create another environment, move the callers, and destroy this one",
    ],
  },
  {
    what: "a hosted model's snapshot",
    edits: { "hosted.gpt-4o.snapshot": "gpt-4o-2024-11-20" },
    line: `restarts pods: gateway; also: ${settings}`,
    source: `${atStart}; prices are by the name of the team's, not the provider's`,
  },
  {
    what: "both slots' releases, one for the other",
    edits: {
      "models.chat.blue.release": "qwen3-8b-awq-2",
      "models.chat.green.release": "qwen3-8b-awq-1",
    },
    line: `restarts pods: chat blue, chat green, gateway; also: scaling, ${settings}`,
    source: `${template}; the price of a model is its dearer slot's, whichever that is`,
  },
  {
    what: "colours renamed with the traffic",
    edits: {
      "models.chat.blue.release": "qwen3-8b-awq-2",
      "models.chat.green.release": "qwen3-8b-awq-1",
      "models.chat.traffic.live": "green",
    },
    line: `restarts pods: chat blue, chat green, gateway; also: scaling, listener rules, ${settings}`,
    source: `${template}; who answers is the same release, from pods that all start anew`,
  },
  {
    what: "a VPC that is there",
    edits: {
      network: {
        existing: {
          vpcId: "vpc-0a1b2c3d",
          cidr: "10.50.0.0/16",
          privateSubnetIds: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
          publicSubnetIds: ["subnet-0a1b2c3f", "subnet-0a1b2c4a"],
        },
      },
    },
    line: `deletes or replaces data, network or cluster: deletes VPC network, deletes subnet network-private-use1-az1, deletes subnet network-private-use1-az2, deletes subnet network-public-use1-az1 and 3 more; also: replaces nodes, deletes or replaces load balancers or target groups, restarts pods, changes other resources, listener rules, additions, ${settings}, monitoring`,
    source:
      "stacks: in a VPC of several environments the hosts of slots have the environment's name, which the gateway reads at its start; CloudFormation AWS::EKS::Nodegroup Subnets, AWS::ElasticLoadBalancingV2::TargetGroup VpcId: replacement; EKS, UpdateClusterConfig: subnets of the same VPC only",
    notes: [
      "AWS refuses to move a cluster or a cache to another VPC, so this update would fail: another network needs another environment",
    ],
  },
  {
    what: "a certificate of the team's own",
    edits: {
      "edge.zoneId": none,
      "edge.certificateArn":
        "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
    },
    line: "stops serving: llm.dev.example.com; also: changes other resources, monitoring",
    source:
      "Route 53: a name without a record doesn't resolve; components/edge/edge.ts makes none for a given certificate",
  },
  {
    what: "another certificate",
    from: {
      "edge.zoneId": none,
      "edge.certificateArn":
        "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
    },
    edits: {
      "edge.zoneId": none,
      "edge.certificateArn":
        "arn:aws:acm:us-east-1:111122223333:certificate/4e5f6071-8293-a4b5-c6d7-e8f90a1b2c3d",
    },
    line: "changes other resources: updates Listener edge; also: monitoring",
    source: "CloudFormation AWS::ElasticLoadBalancingV2::Listener Certificates: no interruption",
  },
  {
    what: "another domain",
    edits: { "edge.domain": "api.dev.example.com" },
    line: "stops serving: llm.dev.example.com; also: changes other resources, listener rules, monitoring",
    source: "CloudFormation AWS::Route53::RecordSet Name: replacement, which takes the old name away",
  },
  {
    what: "another capacity reservation",
    from: { "pools.a10g.capacity": ["reserved"], "pools.a10g.reservations": ["cr-0a1b2c3d4e5f60718"] },
    edits: { "pools.a10g.capacity": ["reserved"], "pools.a10g.reservations": ["cr-0a1b2c3d4e5f60719"] },
    line: "replaces nodes: GPU pool a10g",
    source:
      "Karpenter, disruption, drift: a node in a reservation that its class no longer selects; the pool's disruption budget of 0 leaves when to people",
  },
  {
    what: "a capacity reservation more",
    from: { "pools.a10g.capacity": ["reserved"], "pools.a10g.reservations": ["cr-0a1b2c3d4e5f60718"] },
    edits: {
      "pools.a10g.capacity": ["reserved"],
      "pools.a10g.reservations": ["cr-0a1b2c3d4e5f60718", "cr-0a1b2c3d4e5f60719"],
    },
    line: "only scaling: GPU pool a10g",
    source: "Karpenter, disruption, drift: a node in a reservation that is still selected stays",
  },
  {
    what: "a zone that goes",
    from: { "network.create.zones": 3 },
    edits: {},
    line: "deletes or replaces data, network or cluster: deletes subnet network-private-use1-az4, deletes subnet network-public-use1-az4; also: replaces nodes, changes other resources",
    source:
      "EC2, DeleteSubnet; CloudFormation AWS::EKS::Nodegroup Subnets: replacement; Karpenter, disruption, drift: a node in a subnet that is no longer selected",
    notes: [
      "AWS refuses to delete a subnet in which the cluster or the cache has interfaces (network-private-use1-az4, network-public-use1-az4), so this update would fail if the environment was created with that zone: zones can be added, not removed",
    ],
  },
  {
    what: "a zone more",
    edits: { "network.create.zones": 3 },
    line: "replaces nodes: system nodes; also: changes other resources, additions",
    source: "CloudFormation AWS::EKS::Nodegroup Subnets: replacement; EC2, CreateSubnet",
  },
];
