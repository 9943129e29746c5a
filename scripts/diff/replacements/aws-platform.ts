import { type AwsRule, rule } from "./aws-rule.ts";

/** Everything of AWS that isn't the network, by Pulumi's type. */
export const awsPlatform: Readonly<Record<string, AwsRule>> = {
  "aws:budgets/budget:Budget": rule(
    "budgets/budget.go@01d5888a0707; filterExpression and metrics by what UpdateBudget of AWS Budgets takes",
    "accountId name namePrefix",
    `autoAdjustData budgetType costFilters costTypes filterExpression limitAmount limitUnit metrics notifications
     plannedLimits timePeriodEnd timePeriodStart timeUnit`,
  ),
  "aws:cloudwatch/eventRule:EventRule": rule(
    "events/rule.go@0cdab4ae09a9",
    "eventBusName name namePrefix",
    "description eventPattern forceDestroy isEnabled roleArn scheduleExpression state",
  ),
  "aws:cloudwatch/eventTarget:EventTarget": rule(
    "events/target.go@0762c41e2027",
    "eventBusName rule targetId",
    `arn batchTarget deadLetterConfig ecsTarget forceDestroy httpTarget input inputPath inputTransformer kinesisTarget
     redshiftTarget retryPolicy roleArn runCommandTargets sagemakerPipelineTarget sqsTarget`,
  ),
  "aws:cloudwatch/logGroup:LogGroup": rule(
    "logs/group.go@0073593e7d69, and its update of deletion protection in a later version",
    "logGroupClass name namePrefix",
    "deletionProtectionEnabled kmsKeyId retentionInDays skipDestroy",
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": rule(
    "cloudwatch/metric_alarm.go@055611a65473, without the properties of later versions",
    "name",
    `actionsEnabled alarmActions alarmDescription comparisonOperator datapointsToAlarm dimensions
     evaluateLowSampleCountPercentiles evaluationPeriods extendedStatistic insufficientDataActions metricName
     metricQueries namespace okActions period statistic threshold thresholdMetricId treatMissingData unit`,
  ),
  "aws:ec2/launchTemplate:LaunchTemplate": rule(
    "ec2/ec2_launch_template.go@025e4f81cab8, from instance_requirements on",
    "name namePrefix",
    `blockDeviceMappings instanceType kernelId keyName licenseSpecifications maintenanceOptions metadataOptions monitoring
     networkInterfaces placement privateDnsNameOptions ramDiskId securityGroupNames tagSpecifications
     updateDefaultVersion userData vpcSecurityGroupIds`,
  ),
  "aws:eks/accessEntry:AccessEntry": rule(
    "eks/access_entry.go@01f431114674",
    "clusterName principalArn type",
    "kubernetesGroups userName",
  ),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": rule(
    "eks/access_policy_association.go@01f431114674",
    "accessScope clusterName policyArn principalArn",
    "",
  ),
  "aws:eks/addon:Addon": rule(
    "eks/addon.go@00a35305dc1b",
    "addonName clusterName",
    `addonVersion configurationValues podIdentityAssociations preserve resolveConflictsOnCreate resolveConflictsOnUpdate
     serviceAccountRoleArn`,
  ),
  "aws:eks/cluster:Cluster": rule(
    "eks/cluster.go@00555dc5b38f, and deletion_protection in a later version",
    `accessConfig.bootstrapClusterCreatorAdminPermissions bootstrapSelfManagedAddons kubernetesNetworkConfig.ipFamily
     kubernetesNetworkConfig.serviceIpv4Cidr name outpostConfig.controlPlaneInstanceType
     outpostConfig.controlPlanePlacement remoteNetworkConfig roleArn`,
    `accessConfig computeConfig deletionProtection enabledClusterLogTypes encryptionConfig kubernetesNetworkConfig
     outpostConfig storageConfig upgradePolicy version vpcConfig zonalShiftConfig`,
    {
      encryptionConfig: (_, { encryptionConfig }) => encryptionConfig === undefined,
      computeConfig: (old, young) => nodeRole(old) !== undefined && nodeRole(old) !== nodeRole(young),
    },
  ),
  "aws:eks/nodeGroup:NodeGroup": rule(
    "eks/node_group.go@012e0a32f068",
    `amiType capacityType clusterName diskSize instanceTypes launchTemplate.id launchTemplate.name nodeGroupName
     nodeGroupNamePrefix nodeRoleArn remoteAccess subnetIds`,
    "forceUpdateVersion labels launchTemplate nodeRepairConfig releaseVersion scalingConfig taints updateConfig version",
  ),
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": rule(
    "eks/pod_identity_association.go@00a35305dc1b",
    "clusterName namespace serviceAccount",
    "disableSessionTags roleArn targetRoleArn",
  ),
  "aws:elasticache/parameterGroup:ParameterGroup": rule(
    "elasticache/parameter_group.go@0593466d96e3",
    "description family name",
    "parameters",
  ),
  "aws:elasticache/replicationGroup:ReplicationGroup": rule(
    "elasticache/replication_group.go@001b6364c1a3; authTokenWo and its version by their words in the SDK",
    `atRestEncryptionEnabled dataTieringEnabled globalReplicationGroupId kmsKeyId networkType nodeGroupConfigurations port
     replicationGroupId securityGroupNames snapshotArns snapshotName subnetGroupName`,
    `applyImmediately authToken authTokenUpdateStrategy authTokenWo authTokenWoVersion autoMinorVersionUpgrade automaticFailoverEnabled clusterMode
     description engine engineVersion finalSnapshotIdentifier ipDiscovery logDeliveryConfigurations maintenanceWindow
     multiAzEnabled nodeType notificationTopicArn numCacheClusters numNodeGroups parameterGroupName
     preferredCacheClusterAzs replicasPerNodeGroup securityGroupIds snapshotRetentionLimit snapshotWindow
     transitEncryptionEnabled transitEncryptionMode userGroupIds`,
    {
      engine: ({ engine }, young) => engine === "valkey" && young.engine === "redis",
      engineVersion: (old, young) => older(young.engineVersion, old.engineVersion),
    },
  ),
  "aws:elasticache/subnetGroup:SubnetGroup": rule(
    "elasticache/subnet_group.go@01c08000ddb1",
    "name",
    "description subnetIds",
  ),
  "aws:iam/instanceProfile:InstanceProfile": rule(
    "iam/instance_profile.go@013f1736b904",
    "name namePrefix path",
    "role",
  ),
  "aws:iam/role:Role": rule(
    "iam/role.go@0040ea6911af",
    "name namePrefix path",
    `assumeRolePolicy description forceDetachPolicies inlinePolicies managedPolicyArns maxSessionDuration
     permissionsBoundary`,
  ),
  "aws:iam/rolePolicy:RolePolicy": rule("iam/role_policy.go@02f97af85f89", "name namePrefix role", "policy"),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rule(
    "iam/role_policy_attachment.go@04c79849dbe7",
    "policyArn role",
    "",
  ),
  "aws:kms/alias:Alias": rule("kms/alias.go@01c08000ddb1", "name namePrefix", "targetKeyId"),
  "aws:kms/key:Key": rule(
    "kms/key.go@00a35305dc1b",
    "customKeyStoreId customerMasterKeySpec keyUsage multiRegion xksKeyId",
    `bypassPolicyLockoutSafetyCheck deletionWindowInDays description enableKeyRotation isEnabled policy
     rotationPeriodInDays`,
  ),
  "aws:s3/bucket:Bucket": rule(
    "s3/bucket.go@0070bcd12c95, up to replication_configuration",
    "bucket bucketPrefix",
    "acl forceDestroy grants lifecycleRules versioning",
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": rule(
    "s3/bucket_lifecycle_configuration.go@01606926a0c0",
    "bucket expectedBucketOwner",
    "rules transitionDefaultMinimumObjectSize",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": rule("s3/bucket_policy.go@0073593e7d69", "bucket", "policy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": rule(
    "s3/bucket_public_access_block.go@01606926a0c0",
    "bucket",
    "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets skipDestroy",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": rule(
    "s3/bucket_server_side_encryption_configuration.go@01606926a0c0",
    "bucket expectedBucketOwner",
    "rules",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": rule(
    "s3/bucket_versioning.go@01c08000ddb1",
    "bucket expectedBucketOwner",
    "mfa versioningConfiguration",
  ),
  "aws:secretsmanager/secret:Secret": rule(
    "secretsmanager/secret.go@00c21cedec06",
    "name namePrefix",
    "description forceOverwriteReplicaSecret kmsKeyId policy recoveryWindowInDays replicas",
  ),
  "aws:secretsmanager/secretVersion:SecretVersion": rule(
    "secretsmanager/secret_version.go@0042e8ea0de2",
    "secretBinary secretId secretString secretStringWoVersion",
    "secretStringWo versionStages",
  ),
  "aws:sns/topic:Topic": rule(
    "sns/topic.go@00a35305dc1b",
    "fifoTopic name namePrefix",
    `archivePolicy contentBasedDeduplication deliveryPolicy displayName fifoThroughputScope kmsMasterKeyId policy
     signatureVersion tracingConfig`,
  ),
  "aws:sns/topicPolicy:TopicPolicy": rule("sns/topic_policy.go@00a35305dc1b", "arn", "policy"),
  "aws:sns/topicSubscription:TopicSubscription": rule(
    "sns/topic_subscription.go@04a2e6e5bc62",
    "endpoint protocol topic",
    `confirmationTimeoutInMinutes deliveryPolicy endpointAutoConfirms filterPolicy filterPolicyScope rawMessageDelivery
     redrivePolicy replayPolicy subscriptionRoleArn`,
  ),
  "aws:sqs/queue:Queue": rule(
    "sqs/queue.go@00a35305dc1b",
    "fifoQueue name namePrefix",
    `contentBasedDeduplication deduplicationScope delaySeconds fifoThroughputLimit kmsDataKeyReusePeriodSeconds
     kmsMasterKeyId maxMessageSize messageRetentionSeconds policy receiveWaitTimeSeconds redriveAllowPolicy redrivePolicy
     sqsManagedSseEnabled visibilityTimeoutSeconds`,
  ),
  "aws:sqs/queuePolicy:QueuePolicy": rule("sqs/queue_policy.go@0148137dc6fb", "queueUrl", "policy"),
};

function nodeRole({ computeConfig }: Readonly<Record<string, unknown>>): unknown {
  return (computeConfig as { nodeRoleArn?: unknown } | undefined)?.nodeRoleArn;
}

/** Whether a version such as `8.0` comes before another. */
function older(one: unknown, other: unknown): boolean {
  if (typeof one !== "string" || typeof other !== "string") return false;
  return one.localeCompare(other, "en", { numeric: true }) < 0;
}
