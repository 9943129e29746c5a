import {
  type Account,
  arn,
  iamArn,
  managedPolicyArn,
  type Statement,
  s3Arn,
} from "../../components/shared/account.ts";
import { environmentName, environmentTags } from "../environment-names.ts";
import { boundaryName } from "./boundary.ts";

/** Words of a template, each with the service before it: `actions("sns", "CreateTopic DeleteTopic")`. */
function actions(service: string, names: string): string[] {
  return names.split(/\s+/).map((name) => `${service}:${name}`);
}

/**
 * What a deployment of one environment writes, by subject: one managed policy each, which IAM limits to 6,144
 * characters. Resources are named by the environment's prefix; those that AWS names itself, by the environment's tags.
 * @param buckets the environment's own, by name
 * [AWS, Service Authorization Reference; CloudFormation's resource types: permissions of their handlers]
 */
export function deployStatements(
  account: Account,
  environment: string,
  buckets: readonly string[],
): Record<string, Statement[]> {
  const name = environmentName(environment);
  const tags = (key: string) => ({
    StringEquals: Object.fromEntries(
      Object.entries(environmentTags(environment))
        .filter(([tag]) => tag !== "ManagedBy")
        .map(([tag, value]) => [`aws:${key}/${tag}`, value]),
    ),
  });
  const [ofOurs, asOurs] = [{ Condition: tags("ResourceTag") }, { Condition: tags("RequestTag") }];
  const allow = (Action: string[], Resource: string | string[], more: object = {}): Statement => ({
    Effect: "Allow",
    Action,
    Resource,
    ...more,
  });
  const inAccount = (service: string, resources: string) =>
    resources.split(" ").map((resource) => arn(account, service, resource));
  const role = iamArn(account, `role/${name}-*`);
  const network =
    "vpc subnet route-table internet-gateway natgateway elastic-ip security-group security-group-rule vpc-endpoint vpc-flow-log launch-template";
  const kinds = inAccount(
    "ec2",
    network
      .split(" ")
      .map((kind) => `${kind}/*`)
      .join(" "),
  );
  // What EKS tries on behalf of the role before it makes a node group with a launch template.
  const launched = inAccount("ec2", "instance/* network-interface/* volume/*");
  const create = actions(
    "ec2",
    "CreateVpc CreateSubnet CreateRouteTable CreateInternetGateway CreateNatGateway AllocateAddress CreateSecurityGroup CreateVpcEndpoint CreateFlowLogs CreateLaunchTemplate AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress",
  );
  const elasticLoadBalancing = inAccount(
    "elasticloadbalancing",
    "loadbalancer/* targetgroup/* listener/* listener-rule/*",
  );
  const caches = inAccount(
    "elasticache",
    "replicationgroup:* subnetgroup:* parametergroup:* cluster:* snapshot:*",
  );
  return {
    network: [
      allow(create, kinds, asOurs),
      // The network that a new resource is made in.
      allow(
        [
          ...create,
          ...actions(
            "ec2",
            "DeleteVpc ModifyVpcAttribute DeleteSubnet ModifySubnetAttribute DeleteRouteTable CreateRoute ReplaceRoute DeleteRoute AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation AttachInternetGateway DetachInternetGateway DeleteInternetGateway DeleteNatGateway ReleaseAddress DisassociateAddress DeleteSecurityGroup RevokeSecurityGroupIngress RevokeSecurityGroupEgress ModifySecurityGroupRules UpdateSecurityGroupRuleDescriptionsIngress UpdateSecurityGroupRuleDescriptionsEgress ModifyVpcEndpoint DeleteVpcEndpoints DeleteFlowLogs CreateLaunchTemplateVersion ModifyLaunchTemplate DeleteLaunchTemplate DeleteTags CreateTags RunInstances",
          ),
        ],
        kinds,
        ofOurs,
      ),
      allow(["ec2:RunInstances"], [...launched, imageArn(account)], {
        Condition: { ArnLike: { "ec2:LaunchTemplate": inAccount("ec2", "launch-template/*") } },
      }),
      // A tag on what is made in the same request, and on nothing that is there already.
      allow(["ec2:CreateTags"], [...kinds, ...launched], {
        Condition: {
          StringEquals: {
            ...tags("RequestTag").StringEquals,
            "ec2:CreateAction": [...create.map((action) => action.slice("ec2:".length)), "RunInstances"],
          },
        },
      }),
    ],
    cluster: [
      allow(
        actions(
          "eks",
          "DeleteCluster DescribeCluster UpdateClusterConfig UpdateClusterVersion TagResource UntagResource ListTagsForResource DescribeUpdate ListUpdates CreateNodegroup DescribeNodegroup UpdateNodegroupConfig UpdateNodegroupVersion DeleteNodegroup CreateAddon DescribeAddon UpdateAddon DeleteAddon CreateAccessEntry DescribeAccessEntry UpdateAccessEntry DeleteAccessEntry AssociateAccessPolicy DisassociateAccessPolicy ListAssociatedAccessPolicies CreatePodIdentityAssociation DescribePodIdentityAssociation UpdatePodIdentityAssociation DeletePodIdentityAssociation",
        ),
        inAccount(
          "eks",
          `cluster/${name} nodegroup/${name}/*/* addon/${name}/*/* access-entry/${name}/*/*/*/* podidentityassociation/${name}/*`,
        ),
      ),
      allow(
        actions(
          "iam",
          "CreateRole DeleteRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole GetRolePolicy DeleteRolePolicy DetachRolePolicy",
        ),
        role,
      ),
      // A role without the boundary holds AWS's own policies alone, and no role loses the boundary.
      allow(actions("iam", "PutRolePolicy PutRolePermissionsBoundary"), role, {
        Condition: {
          StringEquals: { "iam:PermissionsBoundary": iamArn(account, `policy/${boundaryName(environment)}`) },
        },
      }),
      // AWS's own policies of nodes and add-ons, and no administration.
      allow(["iam:AttachRolePolicy"], role, {
        Condition: {
          ArnLike: {
            "iam:PolicyARN": [
              "AmazonEKS*",
              "AmazonEC2ContainerRegistry*",
              "service-role/AmazonEBSCSIDriver*",
            ].map((policy) => managedPolicyArn(account, policy)),
          },
        },
      }),
      allow(["iam:CreateServiceLinkedRole"], iamArn(account, "role/aws-service-role/*"), {
        Condition: {
          StringEquals: {
            "iam:AWSServiceName": [
              "eks",
              "eks-nodegroup",
              "elasticloadbalancing",
              "elasticache",
              "spot",
              "wafv2",
            ].map((service) => `${service}.amazonaws.com`),
          },
        },
      }),
      allow(["iam:PassRole"], role, {
        Condition: {
          StringEquals: {
            "iam:PassedToService": [
              "eks.amazonaws.com",
              "ec2.amazonaws.com",
              "pods.eks.amazonaws.com",
              "vpc-flow-logs.amazonaws.com",
              "events.amazonaws.com",
            ],
          },
        },
      }),
      allow(
        actions(
          "iam",
          "CreateInstanceProfile DeleteInstanceProfile GetInstanceProfile TagInstanceProfile UntagInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile",
        ),
        iamArn(account, `instance-profile/${name}-*`),
      ),
      // A role that writes roles must not write itself.
      {
        Effect: "Deny",
        Action: actions(
          "iam",
          "UpdateAssumeRolePolicy PutRolePolicy DeleteRolePolicy AttachRolePolicy DetachRolePolicy PassRole PutRolePermissionsBoundary",
        ),
        Resource: iamArn(account, "role/gantry-ci-*"),
      },
    ],
    edge: [
      allow(
        actions(
          "elasticloadbalancing",
          "CreateLoadBalancer CreateTargetGroup CreateListener CreateRule AddTags",
        ),
        elasticLoadBalancing,
        asOurs,
      ),
      allow(
        actions(
          "elasticloadbalancing",
          "CreateListener CreateRule ModifyLoadBalancerAttributes DeleteLoadBalancer SetSecurityGroups SetSubnets SetIpAddressType CreateWebACLAssociation DeleteWebACLAssociation GetLoadBalancerWebACL ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup ModifyListener ModifyListenerAttributes DeleteListener ModifyRule DeleteRule SetRulePriorities AddTags RemoveTags",
        ),
        elasticLoadBalancing,
        ofOurs,
      ),
      allow(actions("wafv2", "CreateWebACL TagResource"), inAccount("wafv2", "regional/webacl/*/*"), asOurs),
      allow(
        actions(
          "wafv2",
          "GetWebACL UpdateWebACL DeleteWebACL TagResource UntagResource ListTagsForResource PutLoggingConfiguration GetLoggingConfiguration DeleteLoggingConfiguration AssociateWebACL GetWebACLForResource",
        ),
        inAccount("wafv2", "regional/webacl/*/*"),
        ofOurs,
      ),
      // AWS's groups of rules have no tags, and a load balancer's aren't checked.
      allow(actions("wafv2", "CreateWebACL UpdateWebACL"), inAccount("wafv2", "regional/managedruleset/*/*")),
      allow(
        actions("wafv2", "AssociateWebACL DisassociateWebACL GetWebACLForResource"),
        inAccount("elasticloadbalancing", "loadbalancer/app/*"),
      ),
    ],
    data: [
      allow(
        actions(
          "s3",
          "CreateBucket DeleteBucket ListBucket GetBucketLocation GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration GetBucketRequestPayment GetBucketTagging PutBucketTagging GetBucketWebsite GetAccelerateConfiguration GetReplicationConfiguration GetBucketVersioning PutBucketVersioning GetBucketPolicy PutBucketPolicy DeleteBucketPolicy GetBucketPublicAccessBlock PutBucketPublicAccessBlock GetEncryptionConfiguration PutEncryptionConfiguration GetLifecycleConfiguration PutLifecycleConfiguration TagResource UntagResource ListTagsForResource ListBucketVersions",
        ),
        buckets.map((bucket) => s3Arn(account, bucket)),
      ),
      // An environment that isn't protected goes with what is in its buckets.
      allow(
        actions("s3", "DeleteObject DeleteObjectVersion"),
        buckets.map((bucket) => s3Arn(account, `${bucket}/*`)),
      ),
      allow(
        actions(
          "secretsmanager",
          "CreateSecret DescribeSecret UpdateSecret DeleteSecret RestoreSecret GetResourcePolicy PutSecretValue GetSecretValue UpdateSecretVersionStage TagResource UntagResource",
        ),
        inAccount("secretsmanager", `secret:gantry/${environment}/*`),
      ),
      allow(
        actions(
          "kms",
          "DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation DisableKeyRotation EnableKey DisableKey ScheduleKeyDeletion UpdateKeyDescription ListResourceTags TagResource UntagResource CreateAlias UpdateAlias DeleteAlias CreateGrant Decrypt Encrypt GenerateDataKey",
        ),
        inAccount("kms", "key/*"),
        ofOurs,
      ),
      allow(
        actions("kms", "CreateAlias UpdateAlias DeleteAlias"),
        inAccount("kms", `alias/${name}* alias/logs/*${name}*`),
      ),
      // Pulumi ends their names with random digits and begins them with the resource's.
      allow(
        actions(
          "elasticache",
          "CreateReplicationGroup CreateCacheSubnetGroup CreateCacheParameterGroup CreateSnapshot AddTagsToResource",
        ),
        caches,
        asOurs,
      ),
      allow(
        actions(
          "elasticache",
          "CreateReplicationGroup ModifyReplicationGroup ModifyReplicationGroupShardConfiguration IncreaseReplicaCount DecreaseReplicaCount DeleteReplicationGroup CreateSnapshot DescribeReplicationGroups ModifyCacheSubnetGroup DeleteCacheSubnetGroup DescribeCacheSubnetGroups ModifyCacheParameterGroup DeleteCacheParameterGroup DescribeCacheParameterGroups DescribeCacheParameters DescribeCacheClusters AddTagsToResource RemoveTagsFromResource ListTagsForResource",
        ),
        caches,
        ofOurs,
      ),
    ],
    names: [
      allow(
        actions(
          "route53",
          "GetHostedZone DeleteHostedZone ChangeResourceRecordSets ListResourceRecordSets ListTagsForResource ChangeTagsForResource AssociateVPCWithHostedZone DisassociateVPCFromHostedZone UpdateHostedZoneComment",
        ),
        s3Arn(account, "").replace(":s3:::", ":route53:::hostedzone/*"),
      ),
      allow(["route53:GetChange"], s3Arn(account, "").replace(":s3:::", ":route53:::change/*")),
      allow(
        actions(
          "acm",
          "DescribeCertificate DeleteCertificate UpdateCertificateOptions ListTagsForCertificate RemoveTagsFromCertificate",
        ),
        inAccount("acm", "certificate/*"),
        ofOurs,
      ),
      allow(["acm:AddTagsToCertificate"], inAccount("acm", "certificate/*"), asOurs),
      // AWS has no resource for these.
      allow(["kms:CreateKey", "eks:CreateCluster", "acm:RequestCertificate"], "*", asOurs),
      allow(
        [
          ...["route53:CreateHostedZone", "elasticloadbalancing:SetWebACL", "kms:ListAliases"],
          // Access logs of the web ACL and flow logs.
          ...actions(
            "logs",
            "DescribeLogGroups CreateLogDelivery DeleteLogDelivery PutResourcePolicy DescribeResourcePolicies",
          ),
        ],
        "*",
      ),
    ],
    alerts: [
      allow(
        actions(
          "logs",
          "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey TagResource UntagResource ListTagsForResource",
        ),
        inAccount(
          "logs",
          `log-group:/aws/eks/${name}/* log-group:aws-waf-logs-${name}* log-group:/gantry/flow-logs/${name}*`,
        ),
      ),
      allow(
        actions(
          "sns",
          "CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes ListSubscriptionsByTopic TagResource UntagResource ListTagsForResource",
        ),
        inAccount("sns", `${name}-*`),
      ),
      allow(
        actions(
          "sqs",
          "CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl TagQueue UntagQueue ListQueueTags",
        ),
        inAccount("sqs", `${name}-*`),
      ),
      allow(
        actions(
          "events",
          "PutRule DeleteRule DescribeRule PutTargets RemoveTargets ListTargetsByRule TagResource UntagResource ListTagsForResource",
        ),
        inAccount("events", `rule/${name}*`),
      ),
      allow(
        actions(
          "cloudwatch",
          "PutMetricAlarm DescribeAlarms DeleteAlarms TagResource UntagResource ListTagsForResource",
        ),
        inAccount("cloudwatch", `alarm:${name}-*`),
      ),
      allow(actions("budgets", "ViewBudget ModifyBudget TagResource UntagResource ListTagsForResource"), [
        iamArn(account, `budget/${name}`).replace(":iam:", ":budgets:"),
      ]),
    ],
  };
}

/** Images belong to who publishes them: their ARN has no account. */
function imageArn(account: Account): string {
  return arn(account, "ec2", "image/*").replace(`:${account.id}:`, "::");
}
