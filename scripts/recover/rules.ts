export type Inputs = Readonly<Record<string, unknown>>;

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The id follows from the inputs, which a pending operation has, names that Pulumi made up included. */
interface Named {
  readonly id: (inputs: Inputs, place: Place) => string;
  /** As the import section of its page in the registry wants it. @default the id */
  readonly importId?: (inputs: Inputs, id: string, place: Place) => string;
  /** Only an import finds it: the id in the state is AWS's own. */
  readonly viaImport?: true;
  readonly reinstalled?: true;
}

/** AWS generated the ID: the resource is found by its tags, and the ID is in the ARN. */
interface Numbered {
  readonly arn: RegExp;
  readonly importId?: (inputs: Inputs, id: string, place: Place) => string;
  /** What the provider reads it by besides the id. */
  readonly attributes?: (id: string) => Inputs;
}

/** Creating it again has the same outcome as creating it once. */
interface Repeatable {
  readonly repeatable: string;
}

export type Lookup = Named | Numbered | Repeatable;

/** How to find what was being created, by type. @returns undefined for a type that no rule is about */
export function lookupOf(type: string): Lookup | undefined {
  return rules[type] ?? (type.startsWith("kubernetes:") ? object : undefined);
}

const byName: Named = { id: ({ name }) => String(name) };
const written = "writing it again is writing it once";
const settingOfBucket: Repeatable = { repeatable: written };

/** [the import section of each resource's page, https://www.pulumi.com/registry/packages/aws/api-docs/] */
const rules: Readonly<Record<string, Lookup>> = {
  "aws:acm/certificate:Certificate": { arn: /(.*:certificate\/.*)/ },
  "aws:acm/certificateValidation:CertificateValidation": { repeatable: "it makes nothing: it waits" },
  "aws:budgets/budget:Budget": { id: ({ name }, { account }) => `${account}:${name}` },
  "aws:cloudwatch/eventRule:EventRule": byName,
  "aws:cloudwatch/eventTarget:EventTarget": {
    id: ({ rule, targetId }) => `${rule}-${targetId}`,
    importId: ({ rule, targetId }) => `${rule}/${targetId}`,
  },
  "aws:cloudwatch/logGroup:LogGroup": byName,
  "aws:cloudwatch/metricAlarm:MetricAlarm": byName,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { repeatable: "the VPC has it in any case" },
  "aws:ec2/eip:Eip": { arn: /:elastic-ip\/(eipalloc-[0-9a-f]+)$/ },
  "aws:ec2/flowLog:FlowLog": { arn: /:vpc-flow-log\/(fl-[0-9a-f]+)$/ },
  "aws:ec2/internetGateway:InternetGateway": { arn: /:internet-gateway\/(igw-[0-9a-f]+)$/ },
  "aws:ec2/launchTemplate:LaunchTemplate": { arn: /:launch-template\/(lt-[0-9a-f]+)$/ },
  "aws:ec2/natGateway:NatGateway": { arn: /:natgateway\/(nat-[0-9a-f]+)$/ },
  "aws:ec2/routeTable:RouteTable": { arn: /:route-table\/(rtb-[0-9a-f]+)$/ },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    id: ({ subnetId, routeTableId }) => `${subnetId}/${routeTableId}`,
    viaImport: true,
  },
  "aws:ec2/securityGroup:SecurityGroup": { arn: /:security-group\/(sg-[0-9a-f]+)$/ },
  "aws:ec2/subnet:Subnet": { arn: /:subnet\/(subnet-[0-9a-f]+)$/ },
  "aws:ec2/vpc:Vpc": { arn: /:vpc\/(vpc-[0-9a-f]+)$/ },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { arn: /:vpc-endpoint\/(vpce-[0-9a-f]+)$/ },
  "aws:eks/accessEntry:AccessEntry": {
    id: ({ clusterName, principalArn }) => `${clusterName}:${principalArn}`,
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": { repeatable: written },
  "aws:eks/addon:Addon": { id: ({ clusterName, addonName }) => `${clusterName}:${addonName}` },
  "aws:eks/cluster:Cluster": byName,
  "aws:eks/nodeGroup:NodeGroup": {
    id: ({ clusterName, nodeGroupName }) => `${clusterName}:${nodeGroupName}`,
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    arn: /:podidentityassociation\/[^/]+\/(a-[0-9a-z]+)$/,
    importId: ({ clusterName }, id) => `${clusterName},${id}`,
    attributes: (associationId) => ({ associationId }),
  },
  "aws:elasticache/parameterGroup:ParameterGroup": byName,
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    id: ({ replicationGroupId }) => String(replicationGroupId),
  },
  "aws:elasticache/subnetGroup:SubnetGroup": byName,
  "aws:iam/instanceProfile:InstanceProfile": byName,
  "aws:iam/role:Role": byName,
  "aws:iam/rolePolicy:RolePolicy": { id: ({ role, name }) => `${role}:${name}` },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { repeatable: written },
  "aws:kms/alias:Alias": byName,
  "aws:kms/key:Key": { arn: /:key\/([0-9a-f-]+)$/ },
  "aws:lb/listener:Listener": { arn: /(.*:listener\/.*)/ },
  "aws:lb/listenerRule:ListenerRule": { arn: /(.*:listener-rule\/.*)/ },
  "aws:lb/loadBalancer:LoadBalancer": { arn: /(.*:loadbalancer\/.*)/ },
  "aws:lb/targetGroup:TargetGroup": { arn: /(.*:targetgroup\/.*)/ },
  "aws:route53/record:Record": { id: ({ zoneId, name, type }) => `${zoneId}_${name}_${type}` },
  "aws:route53/zone:Zone": { arn: /:hostedzone\/(Z[0-9A-Z]+)$/ },
  "aws:s3/bucket:Bucket": { id: ({ bucket }) => String(bucket) },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": settingOfBucket,
  "aws:s3/bucketPolicy:BucketPolicy": settingOfBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": settingOfBucket,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": settingOfBucket,
  "aws:s3/bucketVersioning:BucketVersioning": settingOfBucket,
  "aws:secretsmanager/secret:Secret": { arn: /(.*:secretsmanager:.*:secret:.*)/ },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    repeatable: "the next version of the value takes its place",
  },
  "aws:sns/topic:Topic": {
    id: ({ name }, { account, region }) => `arn:aws:sns:${region}:${account}:${name}`,
  },
  "aws:sns/topicPolicy:TopicPolicy": { repeatable: written },
  "aws:sns/topicSubscription:TopicSubscription": {
    repeatable: "subscribing again finds the same subscription",
  },
  "aws:sqs/queue:Queue": {
    id: ({ name }, { account, region }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  },
  "aws:sqs/queuePolicy:QueuePolicy": { repeatable: written },
  "aws:wafv2/webAcl:WebAcl": {
    arn: /:regional\/webacl\/[^/]+\/([0-9a-f-]+)$/,
    importId: ({ name, scope }, id) => `${id}/${name}/${scope}`,
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { repeatable: written },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": { repeatable: written },
  "kubernetes:helm.sh/v3:Release": {
    id: ({ namespace, name }) => `${namespace ?? "default"}/${name}`,
    reinstalled: true,
  },
  "random:index/randomPassword:RandomPassword": { repeatable: "a password exists in the state alone" },
};

/** A Kubernetes object, by namespace and name. */
const object: Named = {
  id: ({ metadata }) => {
    const { name, namespace } = metadata as { name?: string; namespace?: string };
    return namespace === undefined ? String(name) : `${namespace}/${name}`;
  },
};
