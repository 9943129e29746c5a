/**
 * Actions without resource-level permissions, for which no statement has to name a resource: those that only list or read what
 * exists, and what agents have to send. Actions that return credentials, or settings that may contain one, are left out.
 * [docs.aws.amazon.com/service-authorization: actions without a required resource type; Karpenter's own policies for
 * pricing and instance profiles. 2026-11]
 */
const byService: Readonly<Record<string, string>> = {
  acm: "GetAccountConfiguration ListCertificates SearchCertificates",
  "application-autoscaling":
    "DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies DescribeScheduledActions " +
    "GetPredictiveScalingForecast",
  autoscaling:
    "DescribeAccountLimits DescribeAccountSettings DescribeAdjustmentTypes DescribeAutoScalingGroups " +
    "DescribeAutoScalingInstances DescribeAutoScalingNotificationTypes DescribeInstanceRefreshes " +
    "DescribeLaunchConfigurations DescribeLifecycleHookTypes DescribeLifecycleHooks " +
    "DescribeLoadBalancerTargetGroups DescribeLoadBalancers DescribeMetricCollectionTypes " +
    "DescribeNotificationConfigurations DescribePolicies DescribeScalingActivities " +
    "DescribeScalingProcessTypes DescribeScheduledActions DescribeTags DescribeTerminationPolicyTypes " +
    "DescribeTrafficSources DescribeWarmPool GetPredictiveScalingForecast",
  backup:
    "DescribeBackupAccessPoint DescribeBackupJob DescribeCopyJob DescribeGlobalSettings " +
    "DescribeProtectedResource DescribeRegionSettings DescribeReportJob DescribeRestoreJob DescribeScanJob " +
    "GetBackupPlanFromJSON GetBackupPlanFromTemplate GetRestoreJobMetadata GetRestoreTestingInferredMetadata " +
    "GetSupportedResourceTypes ListBackupJobSummaries ListBackupJobs ListBackupPlanTemplates ListBackupPlans " +
    "ListBackupVaults ListCopyJobSummaries ListCopyJobs ListFrameworks ListIndexedRecoveryPoints " +
    "ListIndexedRecoveryPointsForSearch ListLegalHolds ListProtectedResources ListRecoveryPointsByResource " +
    "ListReportJobs ListReportPlans ListRestoreJobSummaries ListRestoreJobs " +
    "ListRestoreJobsByProtectedResource ListRestoreTestingPlans ListScanJobSummaries ListScanJobs ListTags " +
    "ListTieringConfigurations",
  ce:
    "DescribeNotificationSubscription DescribeReport GetApproximateUsageRecords GetCommitmentPurchaseAnalysis " +
    "GetConsoleActionSetEnforced GetCostAndUsage GetCostAndUsageComparisons GetCostAndUsageWithResources " +
    "GetCostCategories GetCostComparisonDrivers GetCostForecast GetDimensionValues GetPreferences " +
    "GetReservationCoverage GetReservationPurchaseRecommendation GetReservationUtilization " +
    "GetRightsizingRecommendation GetSavingsPlanPurchaseRecommendationDetails GetSavingsPlansCoverage " +
    "GetSavingsPlansPurchaseRecommendation GetSavingsPlansUtilization GetSavingsPlansUtilizationDetails " +
    "GetTags GetUsageForecast ListCommitmentPurchaseAnalyses ListCostAllocationTagBackfillHistory " +
    "ListCostAllocationTags ListCostCategoryDefinitions ListCostCategoryResourceAssociations " +
    "ListSavingsPlansPurchaseRecommendationGeneration ListTagsForResource",
  cloudformation:
    "DescribeAccountLimits DescribeEvents DescribeGeneratedTemplate DescribeOrganizationsAccess " +
    "DescribePublisher DescribeResourceScan DescribeStackDriftDetectionStatus DescribeType " +
    "DescribeTypeRegistration GetGeneratedTemplate GetHookResult GetResource GetResourceRequestStatus " +
    "ListAllHookResults ListExports ListGeneratedTemplates ListHookResults ListImports ListResourceRequests " +
    "ListResourceScanRelatedResources ListResourceScanResources ListResourceScans ListResources ListStackSets " +
    "ListStacks ListTypeRegistrations ListTypeVersions ListTypes",
  cloudtrail:
    "DescribeTrails GetImport ListChannels ListDashboards ListEventDataStores ListImportFailures ListImports " +
    "ListPublicKeys ListServiceLinkedChannels ListTags ListTrails LookupEvents SearchSampleQueries",
  cloudwatch:
    "DescribeAlarmsForMetric DescribeAnomalyDetectors DescribeInsightRules GetMetricData GetMetricStatistics " +
    "GetMetricWidgetImage GetTopologyDiscoveryStatus GetTopologyMap ListDashboards ListEntitiesForMetric " +
    "ListManagedInsightRules ListMetricStreams ListMetrics ListServiceLevelObjectives ListServices " +
    "ListTagsForResource PutMetricData",
  dynamodb:
    "DescribeEndpoints DescribeLimits DescribeReservedCapacity DescribeReservedCapacityOfferings " +
    "GetAbacStatus ListBackups ListContributorInsights ListExports ListGlobalTables ListImports ListStreams " +
    "ListTables",
  ec2:
    "DescribeAccountAttributes DescribeAddressTransfers DescribeAddresses DescribeAddressesAttribute " +
    "DescribeAggregateIdFormat DescribeAvailabilityZones DescribeAwsNetworkPerformanceMetricSubscriptions " +
    "DescribeBundleTasks DescribeByoipCidrs DescribeCapacityBlockExtensionHistory " +
    "DescribeCapacityBlockOfferings DescribeCapacityBlockStatus DescribeCapacityBlocks " +
    "DescribeCapacityManagerDataExports DescribeCapacityReservationBillingRequests " +
    "DescribeCapacityReservationFleets DescribeCapacityReservationTopology DescribeCapacityReservations " +
    "DescribeCarrierGateways DescribeClassicLinkInstances DescribeClientVpnEndpoints DescribeCoipPools " +
    "DescribeConversionTasks DescribeCustomerGateways DescribeDeclarativePoliciesReports DescribeDhcpOptions " +
    "DescribeEgressOnlyInternetGateways DescribeElasticGpus DescribeExportImageTasks DescribeExportTasks " +
    "DescribeFastLaunchImages DescribeFastSnapshotRestores DescribeFleets DescribeFlowLogs DescribeFpgaImages " +
    "DescribeHostReservationOfferings DescribeHostReservations DescribeHosts " +
    "DescribeIamInstanceProfileAssociations DescribeIdFormat DescribeIdentityIdFormat DescribeImageReferences " +
    "DescribeImageUsageReportEntries DescribeImageUsageReports DescribeImages DescribeImportImageTasks " +
    "DescribeImportSnapshotTasks DescribeInstanceConnectEndpoints DescribeInstanceCreditSpecifications " +
    "DescribeInstanceEventNotificationAttributes DescribeInstanceEventWindows DescribeInstanceImageMetadata " +
    "DescribeInstanceSqlHaHistoryStates DescribeInstanceSqlHaStates DescribeInstanceStatus " +
    "DescribeInstanceTopology DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances " +
    "DescribeInternetGateways DescribeIpamByoasn DescribeIpamExternalResourceVerificationTokens " +
    "DescribeIpamPolicies DescribeIpamPools DescribeIpamPrefixListResolverTargets " +
    "DescribeIpamPrefixListResolvers DescribeIpamResourceDiscoveries " +
    "DescribeIpamResourceDiscoveryAssociations DescribeIpamScopes DescribeIpams DescribeIpv6Pools " +
    "DescribeKeyPairs DescribeLaunchTemplates DescribeLocalGatewayRouteTablePermissions " +
    "DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations " +
    "DescribeLocalGatewayRouteTableVpcAssociations DescribeLocalGatewayRouteTables " +
    "DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces DescribeLocalGateways " +
    "DescribeLockedSnapshots DescribeMacHosts DescribeMacModificationTasks DescribeManagedPrefixLists " +
    "DescribeMovingAddresses DescribeNatGateways DescribeNetworkAcls " +
    "DescribeNetworkInsightsAccessScopeAnalyses DescribeNetworkInsightsAccessScopes " +
    "DescribeNetworkInsightsAnalyses DescribeNetworkInsightsPaths DescribeNetworkInterfaceAttribute " +
    "DescribeNetworkInterfacePermissions DescribeNetworkInterfaces DescribeOutpostLags " +
    "DescribePlacementGroups DescribePrefixLists DescribePrincipalIdFormat DescribePublicIpv4Pools " +
    "DescribeRegions DescribeReplaceRootVolumeTasks DescribeReservedInstances " +
    "DescribeReservedInstancesListings DescribeReservedInstancesModifications " +
    "DescribeReservedInstancesOfferings DescribeRouteServerEndpoints DescribeRouteServerPeers " +
    "DescribeRouteServers DescribeRouteTables DescribeScheduledInstanceAvailability " +
    "DescribeScheduledInstances DescribeSecondaryInterfaces DescribeSecondaryNetworks " +
    "DescribeSecondarySubnets DescribeSecurityGroupRules DescribeSecurityGroupVpcAssociations " +
    "DescribeSecurityGroups DescribeServiceLinkVirtualInterfaces DescribeSnapshotTierStatus DescribeSnapshots " +
    "DescribeSpotDatafeedSubscription DescribeSpotInstanceRequests DescribeSpotPriceHistory " +
    "DescribeStaleSecurityGroups DescribeStoreImageTasks DescribeSubnets DescribeTags " +
    "DescribeTrafficMirrorFilterRules DescribeTrafficMirrorFilters DescribeTrafficMirrorSessions " +
    "DescribeTrafficMirrorTargets DescribeTransitGatewayAttachments DescribeTransitGatewayConnectPeers " +
    "DescribeTransitGatewayConnects DescribeTransitGatewayMeteringPolicies " +
    "DescribeTransitGatewayMulticastDomains DescribeTransitGatewayPeeringAttachments " +
    "DescribeTransitGatewayPolicyTables DescribeTransitGatewayRouteTableAnnouncements " +
    "DescribeTransitGatewayRouteTables DescribeTransitGatewayVpcAttachments DescribeTransitGateways " +
    "DescribeTrunkInterfaceAssociations DescribeVerifiedAccessEndpoints DescribeVerifiedAccessGroups " +
    "DescribeVerifiedAccessInstanceLoggingConfigurations DescribeVerifiedAccessInstanceWebAclAssociations " +
    "DescribeVerifiedAccessInstances DescribeVerifiedAccessTrustProviders DescribeVolumeStatus " +
    "DescribeVolumes DescribeVolumesModifications DescribeVpcBlockPublicAccessExclusions " +
    "DescribeVpcBlockPublicAccessOptions DescribeVpcClassicLink DescribeVpcClassicLinkDnsSupport " +
    "DescribeVpcEncryptionControls DescribeVpcEndpointAssociations DescribeVpcEndpointConnectionNotifications " +
    "DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations DescribeVpcEndpointServices " +
    "DescribeVpcEndpoints DescribeVpcPeeringConnections DescribeVpcs DescribeVpnConcentrators " +
    "DescribeVpnConnections DescribeVpnGateways GetEbsEncryptionByDefault",
  ecr:
    "DescribePullThroughCacheRules DescribeRegistry DescribeRepositoryCreationTemplates GetAccountSetting " +
    "GetAuthorizationToken GetRegistryPolicy GetRegistryScanningConfiguration GetSigningConfiguration " +
    "ListPullTimeUpdateExclusions",
  ecs:
    "ListAccountSettings ListClusters ListServices ListServicesByNamespace ListTagsForResource " +
    "ListTaskDefinitionFamilies ListTaskDefinitions",
  eks:
    "DescribeAddonConfiguration DescribeAddonVersions DescribeClusterVersions ListAccessPolicies ListClusters " +
    "ListEksAnywhereSubscriptions ListTagsForResource",
  elasticache:
    "DescribeCacheEngineVersions DescribeEngineDefaultParameters DescribeEvents " +
    "DescribeReservedCacheNodesOfferings DescribeServiceUpdates DescribeUpdateActions " +
    "ListAllowedNodeTypeModifications ListTagsForResource",
  elasticfilesystem:
    "DescribeAccessPoints DescribeAccountPreferences DescribeFileSystemPolicy DescribeFileSystems " +
    "DescribeReplicationConfigurations ListTagsForResource",
  elasticloadbalancing:
    "DescribeAccountLimits DescribeCapacityReservation DescribeInstanceHealth DescribeListenerAttributes " +
    "DescribeListenerCertificates DescribeListeners DescribeLoadBalancerAttributes " +
    "DescribeLoadBalancerPolicies DescribeLoadBalancerPolicyTypes DescribeLoadBalancers DescribeRules " +
    "DescribeSSLPolicies DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth " +
    "DescribeTrustStoreAssociations DescribeTrustStoreRevocations DescribeTrustStores " +
    "DescribeWebACLAssociation",
  events:
    "DescribeEventBus DescribeRule ListApiDestinations ListArchives ListConnections ListEndpoints " +
    "ListEventBuses ListEventSources ListPartnerEventSources ListReplays ListRuleNamesByTarget ListRules " +
    "ListTagsForResource ListTargetsByRule",
  firehose: "ListDeliveryStreams",
  health:
    "DescribeAffectedAccountsForOrganization DescribeAffectedEntitiesForOrganization DescribeEntityAggregates " +
    "DescribeEntityAggregatesForOrganization DescribeEventAggregates DescribeEventDetailsForOrganization " +
    "DescribeEventTypes DescribeEvents DescribeEventsForOrganization " +
    "DescribeHealthServiceStatusForOrganization",
  iam:
    "GetAccountEmailAddress GetAccountName GetAccountPasswordPolicy GetAccountSummary GetCloudFrontPublicKey " +
    "GetContextKeysForCustomPolicy GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo " +
    "GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities ListAccountAliases " +
    "ListCloudFrontPublicKeys ListDelegationRequests ListGroups ListInstanceProfiles ListMFADevices " +
    "ListOpenIDConnectProviders ListOrganizationsFeatures ListPolicies ListRoles ListSAMLProviders " +
    "ListSTSRegionalEndpointsStatus ListServerCertificates ListUsers ListVirtualMFADevices",
  kinesis: "DescribeAccountSettings DescribeLimits ListStreams",
  kms: "DescribeCustomKeyStores ListAliases ListKeys ListRetirableGrants",
  lambda:
    "GetAccountSettings ListCapacityProviders ListCodeSigningConfigs ListEventSourceMappings ListFunctions " +
    "ListLayerVersions ListLayers ListTags",
  logs:
    "DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries DescribeDeliveryDestinations " +
    "DescribeDeliverySources DescribeDestinations DescribeExportTasks DescribeFieldIndexes " +
    "DescribeImportTaskBatches DescribeImportTasks DescribeIndexPolicies DescribeLogGroups " +
    "DescribeLookupTables DescribeQueries DescribeQueryDefinitions DescribeResourcePolicies GetIntegration " +
    "GetLogDelivery GetLogFields ListAggregateLogGroupSummaries ListAnomalies ListEntitiesForLogGroup " +
    "ListIntegrations ListLogAnomalyDetectors ListLogDeliveries ListLogGroups ListLogGroupsForEntity " +
    "ListLogGroupsForQuery ListScheduledQueries ListSourcesForS3TableIntegration ListTagsForResource",
  pricing: "DescribeServices GetAttributeValues GetPriceListFileUrl GetProducts ListPriceLists",
  rds:
    "DescribeAccountAttributes DescribeBlueGreenDeployments DescribeCertificates " +
    "DescribeDBClusterAutomatedBackups DescribeDBClusterEndpoints DescribeDBClusterParameterGroups " +
    "DescribeDBClusterSnapshots DescribeDBClusters DescribeDBEngineVersions " +
    "DescribeDBInstanceAutomatedBackups DescribeDBInstances DescribeDBMajorEngineVersions " +
    "DescribeDBParameterGroups DescribeDBProxies DescribeDBProxyEndpoints DescribeDBRecommendations " +
    "DescribeDBSecurityGroups DescribeDBShardGroups DescribeDBSnapshotTenantDatabases DescribeDBSnapshots " +
    "DescribeDBSubnetGroups DescribeEngineDefaultClusterParameters DescribeEngineDefaultParameters " +
    "DescribeEventCategories DescribeEventSubscriptions DescribeEvents DescribeExportTasks " +
    "DescribeGlobalClusters DescribeIntegrations DescribeOptionGroupOptions DescribeOptionGroups " +
    "DescribeOrderableDBInstanceOptions DescribePendingMaintenanceActions DescribeRecommendationGroups " +
    "DescribeRecommendations DescribeReservedDBInstances DescribeReservedDBInstancesOfferings " +
    "DescribeSourceRegions DescribeTenantDatabases ListTagsForResource",
  route53:
    "GetAccountLimit GetCheckerIpRanges GetGeoLocation GetHealthCheckCount GetHostedZoneCount " +
    "GetTrafficPolicyInstanceCount ListCidrCollections ListGeoLocations ListHealthChecks ListHostedZones " +
    "ListHostedZonesByName ListHostedZonesByVPC ListQueryLoggingConfigs ListReusableDelegationSets " +
    "ListTagsForResource ListTagsForResources ListTrafficPolicies ListTrafficPolicyInstances",
  s3:
    "GetAccessPoint GetAccountPublicAccessBlock ListAccessGrantsInstances ListAccessPoints " +
    "ListAccessPointsForObjectLambda ListAllMyBuckets ListBucket ListBucketVersions ListJobs " +
    "ListMultiRegionAccessPoints ListMultipartUploadParts ListStorageLensConfigurations ListStorageLensGroups " +
    "ListTagsForResource",
  scheduler: "ListScheduleGroups ListSchedules ListTagsForResource",
  secretsmanager: "GetRandomPassword ListSecrets",
  servicediscovery: "ListNamespaces ListOperations ListServices ListTagsForResource",
  servicequotas:
    "GetAWSDefaultServiceQuota GetAssociationForServiceQuotaTemplate GetAutoManagementConfiguration " +
    "GetQuotaUtilizationReport GetRequestedServiceQuotaChange ListAWSDefaultServiceQuotas " +
    "ListRequestedServiceQuotaChangeHistory ListRequestedServiceQuotaChangeHistoryByQuota " +
    "ListServiceQuotaIncreaseRequestsInTemplate ListServiceQuotas ListServices ListTagsForResource",
  ses:
    "DescribeActiveReceiptRuleSet DescribeConfigurationSet DescribeReceiptRule DescribeReceiptRuleSet " +
    "GetAccount GetAccountSendingEnabled GetBlacklistReports GetDedicatedIp GetDeliverabilityDashboardOptions " +
    "GetDomainDeliverabilityCampaign GetEmailAddressInsights GetIdentityDkimAttributes " +
    "GetIdentityMailFromDomainAttributes GetIdentityNotificationAttributes GetIdentityPolicies " +
    "GetIdentityVerificationAttributes GetMessageInsights GetSendQuota GetSendStatistics " +
    "GetSuppressedDestination GetTemplate ListAddonInstances ListAddonSubscriptions ListAddressLists " +
    "ListArchiveExports ListArchiveSearches ListArchives ListConfigurationSets ListContactLists " +
    "ListCustomVerificationEmailTemplates ListDedicatedIpPools ListDeliverabilityTestReports " +
    "ListDomainDeliverabilityCampaigns ListEmailIdentities ListEmailTemplates ListExportJobs ListIdentities " +
    "ListIdentityPolicies ListImportJobs ListIngressPoints ListMultiRegionEndpoints ListReceiptFilters " +
    "ListReceiptRuleSets ListRecommendations ListRelays ListRuleSets ListSuppressedDestinations " +
    "ListTagsForResource ListTemplates ListTenants ListTrafficPolicies ListVerifiedEmailAddresses",
  sns:
    "CheckIfPhoneNumberIsOptedOut GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes " +
    "GetSMSSandboxAccountStatus GetSubscriptionAttributes ListEndpointsByPlatformApplication " +
    "ListOriginationNumbers ListPhoneNumbersOptedOut ListPlatformApplications ListSMSSandboxPhoneNumbers " +
    "ListSubscriptions ListTagsForResource ListTopics",
  sqs: "ListQueues",
  ssm:
    "DescribeActivations DescribeAssociation DescribeAutomationExecutions DescribeAvailablePatches " +
    "DescribeInstanceInformation DescribeInstancePatchStatesForPatchGroup DescribeInstanceProperties " +
    "DescribeInventoryDeletions DescribeMaintenanceWindowExecutionTaskInvocations " +
    "DescribeMaintenanceWindowExecutionTasks DescribeMaintenanceWindowSchedule DescribeMaintenanceWindows " +
    "DescribeMaintenanceWindowsForTarget DescribeOpsItems DescribeParameters DescribePatchBaselines " +
    "DescribePatchGroupState DescribePatchGroups DescribePatchProperties DescribeSessions " +
    "GetDeployablePatchSnapshotForInstance GetExecutionPreview GetInventorySchema " +
    "GetMaintenanceWindowExecution GetMaintenanceWindowExecutionTask " +
    "GetMaintenanceWindowExecutionTaskInvocation GetPatchBaselineForPatchGroup ListAssociations " +
    "ListCommandInvocations ListCommands ListComplianceItems ListComplianceSummaries ListDocuments " +
    "ListInstanceAssociations ListInventoryEntries ListOpsItemEvents ListOpsItemRelatedItems ListOpsMetadata " +
    "ListResourceComplianceSummaries ListResourceDataSync ListTagsForResource PutConfigurePackageResult",
  ssmmessages: "CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel",
  states: "ListActivities ListStateMachines ListTagsForResource",
  sts: "GetCallerIdentity",
  tag: "DescribeReportCreation GetComplianceSummary GetResources GetTagKeys GetTagValues ListRequiredTags",
  wafv2:
    "CheckCapacity DescribeAllManagedProducts DescribeManagedProductsByVendor DescribeManagedRuleGroup " +
    "GetDecryptedAPIKey GetMobileSdkRelease ListAPIKeys ListAvailableManagedRuleGroupVersions " +
    "ListAvailableManagedRuleGroups ListIPSets ListLoggingConfigurations ListManagedRuleSets " +
    "ListMobileSdkReleases ListRegexPatternSets ListRuleGroups ListTagsForResource ListWebACLs",
  xray:
    "GetDistinctTraceGraphs GetEncryptionConfig GetGroups GetIndexingRules GetInsight GetInsightEvents " +
    "GetInsightImpactGraph GetInsightSummaries GetRetrievedTracesGraph GetSamplingRules " +
    "GetSamplingStatisticSummaries GetSamplingTargets GetServiceGraph GetTimeSeriesServiceStatistics " +
    "GetTraceGraph GetTraceSegmentDestination GetTraceSummaries ListResourcePolicies ListRetrievedTraces " +
    "ListTagsForResource PutTelemetryRecords PutTraceSegments",
};

/** IAM actions that take no resource but `*`, such as `ec2:DescribeInstances`. */
export const actionsWithoutResource: readonly string[] = Object.entries(byService).flatMap(
  ([service, names]) => names.split(" ").map((name) => `${service}:${name}`),
);
