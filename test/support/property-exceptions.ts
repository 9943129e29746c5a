/**
 * Sentences about properties that plans set which aren't read as rules, by what they are about: the property, a part of
 * the sentence, and why a plan keeps to it. What isn't here and isn't understood is reported.
 */
export const exceptions: readonly (readonly [
  property: RegExp,
  sentence: RegExp,
  reason: string,
  /** Whether the sentence is understood and says otherwise. @default it isn't understood */
  against?: true,
])[] = [
  [
    /^Addon\.addon(Name|Version)$/,
    /describe-addon-versions/,
    "EKS's own list; versions are pinned by release of Kubernetes",
  ],
  [/^Addon\.resolveConflicts/, /field value conflicts/, "says what the property is for"],
  [/^Bucket\.bucket$/, /lowercase|format/, "the schema of modelStore.bucket"],
  [/^Bucket\.forceDestroy$/, /operation|pulumi up/, "about the order of two updates; the README says it"],
  [/^BucketLifecycleConfiguration\.rules\.id$/, /255/, "a constant of four letters"],
  [/noncurrentDays$/, /positive integer/, "constants of 1 and 7"],
  [/expiration\.days$/, /positive integer/, "the schema of keepDays, or a constant"],
  [/^Budget\.filterExpression\.ands/, /ABSENT|operand|At least one value/, "two tags with one value each"],
  [
    /^(Eip|InstanceProfile)\.(tags|name)$/,
    /publicIpv4Pool|must be unique/,
    "neither is set; names hold the environment's",
  ],
  [/^LaunchTemplate\..*(volumeType|httpTokens)$/, /Can be|Whether/, "gp3 and required, which are listed"],
  [
    /^ListenerRule\.conditions/,
    /Only one pattern|all must be satisfied|to specify the host header/,
    "says how conditions are matched",
  ],
  [/^LoadBalancer\.dropInvalidHeaderFields$/, /message header names/, "says what is dropped"],
  [
    /^LoadBalancer\.(dropInvalidHeaderFields|idleTimeout|securityGroups)$/,
    /Only valid for Load Balancers of type|For load balancers of type `network`/,
    "all are of type application",
  ],
  [/^LogGroup\.deletionProtectionEnabled$/, /explicitly/, "it is always written"],
  [/^LogGroup\.kmsKeyId$/, /permissions for the CMK/, "the key outlives its group"],
  [/^LogGroup\.retentionInDays$/, /Possible values are/, "a constant of 90, which is listed"],
  [/^NatGateway\.(allocationId|subnetId)$/, /availabilityMode/, "none is regional: zonal is the default"],
  [/^PodIdentityAssociation\.namespace$/, /in this namespace/, "says what a namespace is"],
  [/^ReplicationGroup\.authTokenWoVersion$/, /authTokenWo/, "both are always written"],
  [
    /^ReplicationGroup\.autoMinorVersionUpgrade$/,
    /engine version is 6 or higher/,
    "a constant version of Valkey",
  ],
  [
    /^ReplicationGroup\.(automaticFailoverEnabled|numCacheClusters)$/,
    /greater than 1|at least 2|cluster mode enabled/,
    "the schema of cache.nodes begins with 2, and there is one shard",
  ],
  [/^ReplicationGroup\.description$/, /Must not be empty/, "words with the environment's name"],
  [/^ReplicationGroup\.nodeType$/, /globalReplicationGroupId/, "no group spans Regions"],
  [
    /^ReplicationGroup\.transitEncryptionMode$/,
    /existing replication group/,
    "it is encrypted from its first day",
  ],
  [/^Role\.assumeRolePolicy$/, /aws\.iam\.Policy/, "no such resource is made"],
  [/^RouteTable\.routes/, /`local`|aws\.ec2\.Route|conflict of rule/, "all routes stand in their tables"],
  [/^SecurityGroup\.description$/, /Cannot be/, "none is empty"],
  [
    /^SecurityGroup\.(in|e)gress/,
    /marked as optional/,
    "each has ranges, which a test of the network looks at",
  ],
  [/^TargetGroup\.healthCheck\.(un)?healthyThreshold$/, /consecutive/, "says what is counted"],
  [/^TargetGroup\.healthCheck\.(matcher|path)$/, /HTTP/, "all groups are HTTP"],
  [/^TargetGroup\.loadBalancingAlgorithmType$/, /Application Load Balancer/, "all groups are of such"],
  [
    /^TopicSubscription\.protocol$/,
    /Valid values/,
    "the next sentence allows email, which is confirmed by hand",
    true,
  ],
  [/^VpcEndpoint\.subnetIds$/, /Interface type/, "it has them"],
  [/^Zone\.vpcs$/, /delegationSetId/, "neither is used"],
];
