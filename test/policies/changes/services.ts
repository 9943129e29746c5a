import { unknown } from "../../../scripts/plan/wire.ts";
import {
  account,
  aws,
  type Change,
  chart,
  container,
  object,
  ownRegistry,
  role,
  rolePolicy,
  server,
  workload,
} from "./change.ts";

const region = `us-east-1:${account}`;
const key = `arn:aws:kms:${region}:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`;
const queue = `arn:aws:sqs:${region}:orders`;
const topic = `arn:aws:sns:${region}:oncall`;
const vpcId = "vpc-0a1b2c3d4e5f60718";
const subnetIds = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"];
const application = { "gantry.dev/purpose": "application" };
const charts = (...allowedCharts: readonly string[]) => ({ "chart-version-pinned": { allowedCharts } });
const kinds = (...knownKinds: readonly string[]) => ({ "workload-kind-known": { knownKinds } });
const services = (...knownServices: readonly string[]) => ({ "service-known": { knownServices } });
const disk = (name: string) => ({
  metadata: { name },
  spec: {
    accessModes: ["ReadWriteOnce"],
    storageClassName: "gp3",
    resources: { requests: { storage: "20Gi" } },
  },
});

/** What teams use of AWS and of the cluster for their own applications, beside what platform teams run for them. */
export const teamServices: readonly Change[] = [
  {
    what: "a function that knows the ARN of its secret",
    adds: [
      aws("lambda/function:Function", "checkout", {
        runtime: "python3.13",
        handler: "app.handler",
        s3Bucket: "shop-artifacts",
        s3Key: "checkout/1.2.3.zip",
        role: `arn:aws:iam::${account}:role/checkout`,
        environment: {
          variables: { DB_SECRET_ARN: `arn:aws:secretsmanager:us-east-1:${account}:secret:shop/db-AbCdEf` },
        },
      }),
    ],
  },
  {
    what: "a group of workers with a template and tags of its own",
    adds: [
      aws(
        "autoscaling/group:Group",
        "workers",
        {
          minSize: 1,
          maxSize: 4,
          launchTemplate: { id: unknown, version: "$Latest" },
          tags: ["Project", "Environment", "ManagedBy"].map((name) => ({
            key: name,
            value: "shop",
            propagateAtLaunch: true,
          })),
        },
        { behind: { launchTemplate: ["worker"] } },
      ),
      aws("ec2/launchTemplate:LaunchTemplate", "worker", {
        imageId: "ami-0123456789abcdef0",
        instanceType: "c7g.large",
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 50 } }],
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({
          resourceType,
          tags: { Project: "shop", Environment: "prod", ManagedBy: "pulumi" },
        })),
      }),
    ],
  },
  {
    what: "a client with times for its tokens",
    adds: [
      aws("cognito/userPoolClient:UserPoolClient", "web", {
        userPoolId: "us-east-1_AbCdEfGhI",
        accessTokenValidity: 60,
        tokenValidityUnits: { accessToken: "minutes", refreshToken: "days" },
      }),
    ],
  },
  {
    what: "a function behind a REST API, with a role",
    adds: [
      aws("apigateway/integration:Integration", "thumb", {
        restApi: "abc123",
        resourceId: "x",
        httpMethod: "POST",
        integrationHttpMethod: "POST",
        type: "AWS_PROXY",
        uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${account}:function:thumb/invocations`,
        credentials: `arn:aws:iam::${account}:role/apigw`,
      }),
    ],
  },
  {
    what: "a replica of a database",
    adds: [
      aws(
        "rds/instance:Instance",
        "shop-replica",
        {
          replicateSourceDb: "shop",
          instanceClass: "db.t4g.medium",
          storageEncrypted: true,
          deletionProtection: true,
          tags: { "gantry.dev/purpose": "application" },
        },
        { protect: true },
      ),
    ],
  },
  {
    what: "cert-manager's rights for its zone",
    adds: [
      rolePolicy("cert-manager", [
        { Effect: "Allow", Action: "route53:GetChange", Resource: "arn:aws:route53:::change/*" },
        {
          Effect: "Allow",
          Action: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
          Resource: "arn:aws:route53:::hostedzone/Z0123456789ABC",
        },
      ]),
    ],
  },
  {
    what: "a reader of every bucket, after reading AWS's policy",
    configured: { "iam-no-wildcards": { managedPolicies: ["AmazonS3ReadOnlyAccess"] } },
    adds: [
      aws("iam/rolePolicyAttachment:RolePolicyAttachment", "auditor", {
        role: "auditor",
        policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
      }),
    ],
  },
  {
    what: "a vendor's add-on, after reading what it runs",
    configured: { "addon-version-pinned": { allowedAddOns: ["kubecost_kubecost"] } },
    adds: [
      aws("eks/addon:Addon", "kubecost", {
        clusterName: "gantry-prod",
        addonName: "kubecost_kubecost",
        addonVersion: "v2.9.0-eksbuild.1",
      }),
    ],
  },
  {
    what: "a group of nodes by another stack's template, after checking it",
    configured: { "machine-template-known": { otherTemplates: ["lt-0123456789abcdef0"] } },
    adds: [
      aws("eks/nodeGroup:NodeGroup", "apps", {
        clusterName: "gantry-prod",
        instanceTypes: ["m7i.large"],
        releaseVersion: "1.36.0-20260923",
        scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
        launchTemplate: { id: "lt-0123456789abcdef0", version: "3" },
      }),
    ],
  },
  {
    what: "a controller that marks broken nodes",
    configured: { "rbac-narrow": { checkedRoles: ["node-problems"] } },
    adds: [
      object("rbac.authorization.k8s.io/v1:ClusterRole", "node-problems", {
        metadata: { name: "node-problems" },
        rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "patch"] }],
      }),
    ],
  },
  {
    what: "a bus of events with its archive",
    adds: [
      aws("cloudwatch/eventBus:EventBus", "shop", { name: "shop" }),
      aws("cloudwatch/eventArchive:EventArchive", "shop", { eventSourceArn: unknown, retentionDays: 14 }),
    ],
  },
  {
    what: "a rule that sends events to a queue",
    adds: [
      aws("cloudwatch/eventRule:EventRule", "orders", {
        eventBusName: "shop",
        eventPattern: JSON.stringify({ source: ["shop.orders"] }),
      }),
      aws("cloudwatch/eventTarget:EventTarget", "orders", {
        rule: "orders",
        eventBusName: "shop",
        arn: queue,
      }),
    ],
  },
  {
    what: "a pipe from a queue to a state machine",
    adds: [
      aws("pipes/pipe:Pipe", "orders", {
        roleArn: `arn:aws:iam::${account}:role/orders-pipe`,
        source: queue,
        target: `arn:aws:states:${region}:stateMachine:orders`,
      }),
    ],
  },
  {
    what: "a state machine that waits and retries",
    adds: [
      aws("sfn/stateMachine:StateMachine", "refund", {
        roleArn: `arn:aws:iam::${account}:role/refund`,
        definition: JSON.stringify({
          StartAt: "Wait",
          States: {
            Wait: { Type: "Wait", Seconds: 60, Next: "Refund" },
            Refund: {
              Type: "Task",
              Resource: `arn:aws:lambda:${region}:function:refund`,
              Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 3 }],
              End: true,
            },
          },
        }),
      }),
    ],
  },
  {
    what: "a CronJob that never overlaps",
    configured: ownRegistry,
    adds: [
      workload("batch/v1:CronJob", "cleanup", [container("cleanup")], {
        spec: { concurrencyPolicy: "Forbid", successfulJobsHistoryLimit: 1 },
      }),
    ],
  },
  {
    what: "a topic with a subscriber by mail",
    adds: [
      aws("sns/topic:Topic", "shop-alerts", { kmsMasterKeyId: key }),
      aws("sns/topicSubscription:TopicSubscription", "shop-alerts", {
        topic: unknown,
        protocol: "email",
        endpoint: "shop@example.com",
      }),
    ],
  },
  {
    what: "a table whose stream a Lambda reads",
    adds: [
      aws("lambda/eventSourceMapping:EventSourceMapping", "carts", {
        eventSourceArn: `arn:aws:dynamodb:${region}:table/carts/stream/2026-11-01T00:00:00.000`,
        functionName: "carts",
        startingPosition: "LATEST",
      }),
    ],
  },
  {
    what: "a serverless cache without users",
    adds: [
      aws("elasticache/serverlessCache:ServerlessCache", "shop-cache", {
        engine: "valkey",
        name: "shop",
        subnetIds,
        securityGroupIds: ["sg-0a1b2c3d"],
        tags: application,
      }),
    ],
  },
  {
    what: "a database under AWS's own key",
    adds: [
      aws(
        "rds/instance:Instance",
        "shop-db",
        {
          engine: "postgres",
          instanceClass: "db.t4g.medium",
          allocatedStorage: 50,
          storageEncrypted: true,
          multiAz: false,
          backupRetentionPeriod: 7,
          manageMasterUserPassword: true,
          deletionProtection: true,
          tags: application,
        },
        { protect: true },
      ),
    ],
  },
  {
    what: "a vault of backups that nobody deletes",
    adds: [
      aws("backup/vault:Vault", "shop", { name: "shop", kmsKeyArn: key }),
      aws("backup/vaultLockConfiguration:VaultLockConfiguration", "shop", {
        backupVaultName: "shop",
        minRetentionDays: 30,
      }),
      aws("backup/selection:Selection", "shop", {
        planId: "x",
        iamRoleArn: `arn:aws:iam::${account}:role/backup`,
        selectionTags: [{ type: "STRINGEQUALS", key: "backup", value: "daily" }],
      }),
    ],
  },
  {
    what: "a VPN to the office",
    adds: [
      aws("ec2/customerGateway:CustomerGateway", "office", {
        type: "ipsec.1",
        ipAddress: "198.51.100.7",
        bgpAsn: "65000",
      }),
      aws("ec2/vpnGateway:VpnGateway", "office", { vpcId }),
      aws("ec2/vpnConnection:VpnConnection", "office", {
        type: "ipsec.1",
        customerGatewayId: unknown,
        vpnGatewayId: unknown,
        staticRoutesOnly: true,
      }),
    ],
  },
  {
    what: "an attachment to the company's transit gateway",
    adds: [
      aws("ec2transitgateway/vpcAttachment:VpcAttachment", "company", {
        transitGatewayId: "tgw-0a1b2c3d",
        vpcId,
        subnetIds,
      }),
      aws("ec2/route:Route", "company", {
        routeTableId: "rtb-0a1b2c3d",
        destinationCidrBlock: "10.0.0.0/8",
        transitGatewayId: "tgw-0a1b2c3d",
      }),
    ],
  },
  {
    what: "a build of images",
    configured: services("aws:codebuild"),
    adds: [
      aws("codebuild/project:Project", "orders", {
        serviceRole: `arn:aws:iam::${account}:role/build`,
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          computeType: "BUILD_GENERAL1_SMALL",
          image: "aws/codebuild/standard:7.0",
          type: "LINUX_CONTAINER",
        },
        source: { type: "GITHUB", location: "https://github.com/acme/orders" },
      }),
    ],
  },
  {
    what: "a repository of packages",
    adds: [
      aws("codeartifact/domain:Domain", "acme", { domain: "acme", encryptionKey: key }),
      aws("codeartifact/repository:Repository", "npm", { domain: "acme", repository: "npm" }),
    ],
  },
  {
    what: "old images that are deleted",
    adds: [
      aws("ecr/lifecyclePolicy:LifecyclePolicy", "orders", {
        repository: "shop/orders",
        policy: JSON.stringify({
          rules: [{ rulePriority: 1, selection: { tagStatus: "untagged" }, action: { type: "expire" } }],
        }),
      }),
    ],
  },
  {
    what: "a file system's access point and targets",
    adds: [
      aws("efs/mountTarget:MountTarget", "shared", {
        fileSystemId: "fs-0a1b2c3d",
        subnetId: subnetIds[0] as string,
      }),
      aws("efs/accessPoint:AccessPoint", "shared", {
        fileSystemId: "fs-0a1b2c3d",
        posixUser: { uid: 1000, gid: 1000 },
      }),
    ],
  },
  {
    what: "errors counted from logs, and an alarm on several",
    adds: [
      aws("cloudwatch/logMetricFilter:LogMetricFilter", "errors", {
        logGroupName: "/shop/orders",
        pattern: "ERROR",
        metricTransformation: { name: "errors", namespace: "shop", value: "1" },
      }),
      aws("cloudwatch/compositeAlarm:CompositeAlarm", "shop", {
        alarmName: "shop",
        alarmRule: "ALARM(errors) AND ALARM(latency)",
        alarmActions: [topic],
      }),
    ],
  },
  {
    what: "the account's detectors",
    adds: [
      aws("guardduty/detector:Detector", "account", { enable: true }),
      aws("accessanalyzer/analyzer:Analyzer", "account", { analyzerName: "account" }),
      aws("cfg/rule:Rule", "volumes", { source: { owner: "AWS", sourceIdentifier: "ENCRYPTED_VOLUMES" } }),
    ],
  },
  {
    what: "a check of a page's health",
    adds: [
      aws("route53/healthCheck:HealthCheck", "shop", {
        fqdn: "shop.example.com",
        type: "HTTPS",
        port: 443,
        resourcePath: "/ready",
        failureThreshold: 3,
        requestInterval: 30,
      }),
    ],
  },
  {
    what: "users of a shop",
    adds: [
      aws("cognito/userPool:UserPool", "shop", {
        mfaConfiguration: "OPTIONAL",
        softwareTokenMfaConfiguration: { enabled: true },
      }),
      aws("cognito/userPoolClient:UserPoolClient", "shop", { userPoolId: "x", generateSecret: false }),
    ],
  },
  {
    what: "Linkerd from its charts",
    configured: charts("https://helm.linkerd.io/edge#linkerd-control-plane"),
    adds: [chart("linkerd-control-plane", "https://helm.linkerd.io/edge", "2026.11.1")],
  },
  {
    what: "Fluent Bit from its chart",
    configured: charts("https://fluent.github.io/helm-charts#fluent-bit"),
    adds: [chart("fluent-bit", "https://fluent.github.io/helm-charts", "0.54.0", { logLevel: "warn" })],
  },
  {
    what: "Argo Rollouts from its chart",
    configured: charts("https://argoproj.github.io/argo-helm#argo-rollouts"),
    adds: [chart("argo-rollouts", "https://argoproj.github.io/argo-helm", "2.40.5")],
  },
  {
    what: "Loki from its chart",
    configured: charts("https://grafana.github.io/helm-charts#loki"),
    adds: [
      chart("loki", "https://grafana.github.io/helm-charts", "6.46.0", { deploymentMode: "SingleBinary" }),
    ],
  },
  {
    what: "secrets of the team's namespace",
    adds: [
      object("external-secrets.io/v1:SecretStore", "shop", {
        spec: { provider: { aws: { service: "SecretsManager", region: "us-east-1" } } },
      }),
    ],
  },
  {
    what: "a board in Grafana",
    adds: [
      object("core/v1:ConfigMap", "shop-board", {
        metadata: { name: "shop-board", namespace: "shop", labels: { grafana_dashboard: "1" } },
        data: { "shop.json": JSON.stringify({ title: "Shop", panels: [] }) },
      }),
    ],
  },
  {
    what: "a database in the cluster, with disks",
    configured: ownRegistry,
    adds: [
      workload(
        "apps/v1:StatefulSet",
        "postgres",
        [
          server("postgres", {
            readinessProbe: { tcpSocket: { port: 8080 } },
            volumeMounts: [{ name: "data", mountPath: "/var/lib/postgresql/data" }],
          }),
        ],
        { spec: { serviceName: "postgres", volumeClaimTemplates: [disk("data")] } },
      ),
      object("core/v1:Service", "postgres", {
        spec: { clusterIP: "None", selector: { app: "postgres" }, ports: [{ port: 5432, targetPort: 8080 }] },
      }),
    ],
  },
  {
    what: "a class of disks",
    adds: [
      {
        type: "kubernetes:storage.k8s.io/v1:StorageClass",
        name: "gp3-fast",
        inputs: {
          metadata: { name: "gp3-fast" },
          provisioner: "ebs.csi.aws.com",
          parameters: { type: "gp3", iops: "6000", encrypted: "true" },
          volumeBindingMode: "WaitForFirstConsumer",
        },
      },
    ],
  },
  {
    what: "snapshots of disks",
    adds: [
      object("snapshot.storage.k8s.io/v1:VolumeSnapshotClass", "ebs", {
        driver: "ebs.csi.aws.com",
        deletionPolicy: "Retain",
      }),
      object("snapshot.storage.k8s.io/v1:VolumeSnapshot", "postgres", {
        spec: { source: { persistentVolumeClaimName: "data-postgres-0" } },
      }),
    ],
  },
  {
    what: "Kafka without servers",
    adds: [
      aws("msk/serverlessCluster:ServerlessCluster", "events", {
        clusterName: "events",
        vpcConfigs: [{ subnetIds, securityGroupIds: ["sg-0a1b2c3d"] }],
        clientAuthentication: { sasl: { iam: { enabled: true } } },
      }),
    ],
  },
  {
    what: "switches of features",
    adds: [
      aws("appconfig/application:Application", "shop", { name: "shop" }),
      aws("appconfig/environment:Environment", "shop", { applicationId: "x", name: "prod" }),
    ],
  },
  {
    what: "a rotation of a password by a Lambda",
    adds: [
      aws(
        "secretsmanager/secret:Secret",
        "shop-smtp",
        {
          name: "shop/smtp",
          kmsKeyId: key,
          recoveryWindowInDays: 30,
        },
        { protect: true },
      ),
      aws(
        "secretsmanager/secretRotation:SecretRotation",
        "shop-smtp",
        {
          secretId: unknown,
          rotationLambdaArn: `arn:aws:lambda:${region}:function:rotate`,
          rotationRules: { automaticallyAfterDays: 30 },
        },
        { behind: { secretId: ["shop-smtp"] } },
      ),
    ],
  },
  {
    what: "a function with its own log group and permissions",
    adds: [
      aws("cloudwatch/logGroup:LogGroup", "thumbs", {
        name: "/aws/lambda/thumbs",
        retentionInDays: 30,
        kmsKeyId: key,
      }),
      role("thumbs", "lambda.amazonaws.com"),
      rolePolicy("thumbs", [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `arn:aws:logs:${region}:log-group:/aws/lambda/thumbs:*`,
        },
      ]),
      aws("lambda/function:Function", "thumbs", {
        handler: "index.handler",
        runtime: "nodejs22.x",
        role: `arn:aws:iam::${account}:role/thumbs`,
        environment: { variables: { BUCKET: "shop-images" } },
      }),
    ],
  },
  {
    what: "a permission for a bucket that calls a function",
    adds: [
      aws("lambda/permission:Permission", "thumbs", {
        action: "lambda:InvokeFunction",
        function: "thumbs",
        principal: "s3.amazonaws.com",
        sourceArn: "arn:aws:s3:::shop-images",
        sourceAccount: account,
      }),
      aws("s3/bucketNotification:BucketNotification", "thumbs", {
        bucket: "shop-images",
        lambdaFunctions: [
          { lambdaFunctionArn: `arn:aws:lambda:${region}:function:thumbs`, events: ["s3:ObjectCreated:*"] },
        ],
      }),
    ],
  },
  {
    what: "an API of the team's at a fixed number of pods, spread over zones",
    configured: ownRegistry,
    adds: [
      workload("apps/v1:Deployment", "search", [server("search")], {
        spec: {
          replicas: 3,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        },
        pod: {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "topology.kubernetes.io/zone",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: { app: "search" } },
            },
          ],
        },
      }),
      object("policy/v1:PodDisruptionBudget", "search", {
        spec: { minAvailable: 2, selector: { matchLabels: { app: "search" } } },
      }),
    ],
  },
  {
    what: "an init container that waits for a database",
    configured: ownRegistry,
    adds: [
      workload("apps/v1:Deployment", "ledger-api", [server("ledger-api")], {
        pod: {
          initContainers: [
            container("wait", { command: ["sh", "-c", "until nc -z postgres 5432; do sleep 1; done"] }),
          ],
        },
      }),
    ],
  },
  {
    what: "an interface of an application's pods in a security group",
    configured: kinds("vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy"),
    adds: [
      object("vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "orders", {
        spec: {
          podSelector: { matchLabels: { app: "orders" } },
          securityGroups: { groupIds: ["sg-0a1b2c3d"] },
        },
      }),
    ],
  },
  {
    what: "a redirect of the documentation to its own host",
    configured: { "public-paths-listed": { redirectHosts: ["docs.example.com"] } },
    adds: [
      aws(
        "lb/listenerRule:ListenerRule",
        "docs",
        {
          listenerArn: unknown,
          priority: 900,
          actions: [{ type: "redirect", redirect: { host: "docs.example.com", statusCode: "HTTP_302" } }],
          conditions: [{ pathPattern: { values: ["/docs"] } }],
        },
        { behind: { listenerArn: ["Listener edge"] } },
      ),
    ],
  },
  {
    what: "flow logs into a bucket of the security team's",
    adds: [
      aws("ec2/flowLog:FlowLog", "security", {
        vpcId,
        trafficType: "ALL",
        logDestinationType: "s3",
        logDestination: "arn:aws:s3:::acme-flow-logs/gantry",
      }),
    ],
  },
  {
    what: "a group of resources and a saved query",
    adds: [
      aws("resourcegroups/group:Group", "shop", { name: "shop", resourceQuery: { query: "{}" } }),
      aws("cloudwatch/queryDefinition:QueryDefinition", "errors", {
        name: "errors",
        queryString: "fields @message",
      }),
    ],
  },
  {
    what: "a scaler by time of day",
    configured: ownRegistry,
    adds: [
      workload("apps/v1:Deployment", "reports", [server("reports")]),
      object("keda.sh/v1alpha1:ScaledObject", "reports", {
        spec: {
          scaleTargetRef: { name: "reports" },
          minReplicaCount: 0,
          maxReplicaCount: 5,
          triggers: [
            {
              type: "cron",
              metadata: { timezone: "UTC", start: "0 6 * * *", end: "0 20 * * *", desiredReplicas: "5" },
            },
          ],
        },
      }),
    ],
  },
];
