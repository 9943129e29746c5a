import { unknown } from "../../../scripts/plan/wire.ts";
import { account, aws, type Change, ownRegistry, role, server, workload } from "./change.ts";

const region = `us-east-1:${account}`;
const key = `arn:aws:kms:${region}:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`;
const tag = { "gantry.dev/purpose": "application" };
const vpc = "vpc-0a1b2c3d4e5f60718";
const subnetIds = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"];
const code = { handler: "index.handler", runtime: "nodejs22.x", role: `arn:aws:iam::${account}:role/orders` };

const balancer = (tags = {}) =>
  aws("lb/loadBalancer:LoadBalancer", "shop", {
    internal: true,
    subnets: subnetIds,
    dropInvalidHeaderFields: true,
    enableDeletionProtection: true,
    tags,
  });
const group = (more = {}) =>
  aws("lb/targetGroup:TargetGroup", "orders", {
    port: 8080,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: vpc,
    deregistrationDelay: 20,
    healthCheck: { path: "/ready", matcher: "200-299" },
    tags: tag,
    ...more,
  });
const listener = aws(
  "lb/listener:Listener",
  "shop-https",
  {
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    certificateArn: `arn:aws:acm:${region}:certificate/a`,
    loadBalancerArn: unknown,
    defaultActions: [{ type: "forward", targetGroupArn: unknown }],
  },
  { behind: { loadBalancerArn: ["shop"], defaultActions: ["orders"] } },
);

const bucket = (name: string, algorithm: string, statements: readonly object[], days = 90) => [
  aws("s3/bucket:Bucket", name, { bucket: name }, { protect: true }),
  aws(
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    `${name}-encryption`,
    {
      bucket: name,
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: algorithm,
            ...(algorithm === "aws:kms" && { kmsMasterKeyId: key }),
          },
        },
      ],
    },
    { behind: { bucket: [name] } },
  ),
  aws(
    "s3/bucketVersioning:BucketVersioning",
    `${name}-versions`,
    { bucket: name, versioningConfiguration: { status: "Enabled" } },
    { behind: { bucket: [name] } },
  ),
  aws(
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    `${name}-days`,
    {
      bucket: name,
      rules: [
        {
          id: "days",
          status: "Enabled",
          expiration: { days },
          noncurrentVersionExpiration: { noncurrentDays: 7 },
        },
      ],
    },
    { behind: { bucket: [name] } },
  ),
  aws(
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    `${name}-closed`,
    {
      bucket: name,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { behind: { bucket: [name] } },
  ),
  aws(
    "s3/bucketPolicy:BucketPolicy",
    `${name}-policy`,
    {
      bucket: name,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          ...statements,
        ],
      }),
    },
    { behind: { bucket: [name] } },
  ),
];
const deliversLogs = (name: string, service: string) => ({
  Effect: "Allow",
  Principal: { Service: service },
  Action: "s3:PutObject",
  Resource: `arn:aws:s3:::${name}/AWSLogs/${account}/*`,
});

/** What a team has in its account beside models. */
export const inAccount: readonly Change[] = [
  {
    what: "a queue",
    adds: [
      aws("sqs/queue:Queue", "orders", { name: "orders", kmsMasterKeyId: key, visibilityTimeoutSeconds: 60 }),
    ],
  },
  {
    what: "a queue with its dead letters",
    adds: [
      aws("sqs/queue:Queue", "orders-dead", { name: "orders-dead", sqsManagedSseEnabled: true }),
      aws("sqs/queue:Queue", "orders", {
        name: "orders",
        redrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${region}:orders-dead`,
          maxReceiveCount: 5,
        }),
      }),
    ],
  },
  {
    what: "a queue that a topic writes to",
    adds: [
      aws("sns/topic:Topic", "orders", { name: "orders", kmsMasterKeyId: key }),
      aws("sqs/queue:Queue", "orders-in", { name: "orders-in" }),
      aws("sqs/queuePolicy:QueuePolicy", "orders-in-policy", {
        queueUrl: "url",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "sns.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: `arn:aws:sqs:${region}:orders-in`,
              Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:sns:${region}:orders` } },
            },
          ],
        }),
      }),
      aws("sns/topicSubscription:TopicSubscription", "orders-in-sub", { protocol: "sqs" }),
    ],
  },
  {
    what: "a queue for anyone whom a topic names",
    adds: [
      aws("sqs/queuePolicy:QueuePolicy", "orders-in-policy", {
        queueUrl: "url",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: "*",
              Action: "sqs:SendMessage",
              Resource: `arn:aws:sqs:${region}:orders-in`,
              Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:sns:${region}:orders` } },
            },
          ],
        }),
      }),
    ],
  },
  {
    what: "a table",
    adds: [
      aws("dynamodb/table:Table", "carts", {
        name: "carts",
        billingMode: "PAY_PER_REQUEST",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        serverSideEncryption: { enabled: true },
      }),
    ],
  },
  {
    what: "a database",
    adds: [
      aws(
        "rds/instance:Instance",
        "orders",
        {
          engine: "postgres",
          engineVersion: "17.4",
          instanceClass: "db.t4g.medium",
          allocatedStorage: 50,
          storageEncrypted: true,
          kmsKeyId: key,
          multiAz: true,
          backupRetentionPeriod: 14,
          manageMasterUserPassword: true,
          username: "orders",
          deletionProtection: true,
        },
        { protect: true },
      ),
    ],
  },
  {
    what: "a Redis",
    adds: [
      aws(
        "elasticache/replicationGroup:ReplicationGroup",
        "sessions",
        {
          description: "sessions",
          engine: "valkey",
          numCacheClusters: 2,
          automaticFailoverEnabled: true,
          multiAzEnabled: true,
          atRestEncryptionEnabled: true,
          transitEncryptionEnabled: true,
          transitEncryptionMode: "required",
          userGroupIds: ["sessions"],
          snapshotRetentionLimit: 1,
        },
        { protect: true },
      ),
    ],
  },
  {
    what: "a Lambda",
    adds: [
      role("orders", "lambda.amazonaws.com"),
      aws("lambda/function:Function", "orders", {
        ...code,
        environment: { variables: { TABLE: "carts", LOG_LEVEL: "info" } },
      }),
    ],
  },
  {
    what: "a Lambda from an image",
    adds: [
      aws("lambda/function:Function", "orders", {
        packageType: "Image",
        imageUri: `${account}.dkr.ecr.us-east-1.amazonaws.com/shop/orders@sha256:${"a".repeat(64)}`,
        role: code.role,
      }),
    ],
  },
  {
    what: "a Lambda that reads a queue",
    adds: [
      aws("lambda/function:Function", "orders", code),
      aws("lambda/eventSourceMapping:EventSourceMapping", "orders", {
        functionName: "orders",
        eventSourceArn: `arn:aws:sqs:${region}:orders`,
      }),
    ],
  },
  {
    what: "a Lambda that a schedule starts",
    adds: [
      aws("cloudwatch/eventRule:EventRule", "nightly", { scheduleExpression: "rate(1 day)" }),
      aws("lambda/permission:Permission", "nightly", {
        action: "lambda:InvokeFunction",
        function: "orders",
        principal: "events.amazonaws.com",
        sourceArn: `arn:aws:events:${region}:rule/nightly`,
      }),
    ],
  },
  {
    what: "a state machine",
    adds: [aws("sfn/stateMachine:StateMachine", "refunds", { definition: "{}", roleArn: code.role })],
  },
  {
    what: "a schedule",
    adds: [
      aws("scheduler/schedule:Schedule", "nightly", {
        scheduleExpression: "rate(1 day)",
        flexibleTimeWindow: { mode: "OFF" },
        target: { arn: "arn", roleArn: code.role },
      }),
    ],
  },
  {
    what: "an API gateway that is listed",
    configured: { "internet-facing-expected": { publicEntries: ["orders-api"] } },
    adds: [aws("apigatewayv2/api:Api", "orders-api", { protocolType: "HTTP" })],
  },
  { what: "an own internal load balancer", adds: [balancer(tag), group(), listener] },
  { what: "an own internal load balancer whose group alone says so", adds: [balancer(), group(), listener] },
  {
    what: "a rule of it",
    adds: [
      balancer(tag),
      group(),
      listener,
      aws(
        "lb/listenerRule:ListenerRule",
        "orders-rule",
        {
          listenerArn: unknown,
          actions: [{ type: "forward", targetGroupArn: unknown }],
          conditions: [{ pathPattern: { values: ["/orders/*"] } }],
        },
        { behind: { listenerArn: ["shop-https"], actions: ["orders"] } },
      ),
    ],
  },
  {
    what: "a load balancer for Grafana",
    adds: [balancer(tag), group({ port: 3000, healthCheck: { path: "/api/health" } }), listener],
  },
  {
    what: "a load balancer before a Lambda",
    adds: [balancer(tag), group({ targetType: "lambda" }), listener],
  },
  {
    what: "pods of the team's behind its load balancer",
    configured: ownRegistry,
    adds: [
      balancer(tag),
      group(),
      listener,
      {
        ...workload("apps/v1:Deployment", "orders-pods", [server("orders")], {
          spec: { selector: { matchLabels: { app: "orders-pods" } } },
        }),
      },
      {
        type: "kubernetes:core/v1:Service",
        name: "orders-service",
        inputs: {
          metadata: { name: "orders", namespace: "shop" },
          spec: { selector: { app: "orders-pods" }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
        },
      },
      {
        type: "kubernetes:core/v1:Namespace",
        name: "shop-home",
        inputs: {
          metadata: { name: "shop", labels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" } },
        },
      },
      {
        type: "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
        name: "orders-binding",
        inputs: {
          metadata: { name: "orders", namespace: "shop" },
          spec: { serviceRef: { name: "orders", port: "http" }, targetGroupARN: unknown, targetType: "ip" },
        },
        behind: { spec: ["orders"] },
      },
    ],
  },
  {
    what: "a network load balancer",
    adds: [
      aws("lb/loadBalancer:LoadBalancer", "mqtt", {
        internal: true,
        loadBalancerType: "network",
        subnets: subnetIds,
        enableDeletionProtection: true,
        tags: tag,
      }),
    ],
  },
  { what: "a bucket for reports", adds: bucket("shop-reports", "aws:kms", []) },
  {
    what: "a bucket that keeps its reports for five years",
    adds: bucket("shop-archive", "aws:kms", [], 1825),
  },
  {
    what: "a bucket for the load balancer's logs",
    adds: [
      {
        ...balancer(tag),
        inputs: { ...balancer(tag).inputs, accessLogs: { bucket: "shop-lb-logs", enabled: true } },
      },
      ...bucket("shop-lb-logs", "AES256", [
        deliversLogs("shop-lb-logs", "logdelivery.elasticloadbalancing.amazonaws.com"),
      ]),
    ],
  },
  {
    what: "the same by reference",
    adds: [
      {
        ...balancer(tag),
        inputs: { ...balancer(tag).inputs, accessLogs: { bucket: "x", enabled: true } },
        behind: { accessLogs: ["shop-lb-logs"] },
      },
      ...bucket("shop-lb-logs", "AES256", [deliversLogs("shop-lb-logs", "delivery.logs.amazonaws.com")]),
    ],
  },
  {
    what: "30 days of logs",
    adds: [
      aws("cloudwatch/logGroup:LogGroup", "orders", {
        name: "/shop/orders",
        retentionInDays: 30,
        kmsKeyId: key,
      }),
    ],
  },
  {
    what: "a week of logs of a Lambda",
    adds: [
      aws("cloudwatch/logGroup:LogGroup", "orders", {
        name: "/aws/lambda/orders",
        retentionInDays: 7,
        kmsKeyId: key,
      }),
    ],
  },
  {
    what: "an alarm",
    adds: [
      aws("cloudwatch/metricAlarm:MetricAlarm", "orders", {
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 2,
        metricName: "ApproximateAgeOfOldestMessage",
        namespace: "AWS/SQS",
        period: 60,
        statistic: "Maximum",
        threshold: 300,
      }),
    ],
  },
  {
    what: "a dashboard",
    adds: [aws("cloudwatch/dashboard:Dashboard", "orders", { dashboardName: "orders", dashboardBody: "{}" })],
  },
  {
    what: "a repository of images",
    adds: [
      aws("ecr/repository:Repository", "orders", { name: "shop/orders", imageTagMutability: "IMMUTABLE" }),
      aws("ecr/lifecyclePolicy:LifecyclePolicy", "orders", { repository: "shop/orders", policy: "{}" }),
    ],
  },
  {
    what: "a bastion",
    adds: [
      aws("ec2/instance:Instance", "bastion", {
        ami: "ami-0123456789abcdef0",
        instanceType: "t4g.micro",
        subnetId: "subnet-0a1b2c3d",
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        rootBlockDevice: { encrypted: true },
      }),
    ],
  },
  {
    what: "a batch queue on CPUs",
    adds: [
      aws("batch/computeEnvironment:ComputeEnvironment", "etl", {
        type: "MANAGED",
        computeResources: { type: "FARGATE", maxVcpus: 16, subnets: subnetIds, securityGroupIds: ["sg-1"] },
      }),
      aws("batch/jobDefinition:JobDefinition", "etl", {
        type: "container",
        containerProperties: JSON.stringify({
          image: `${account}.dkr.ecr.us-east-1.amazonaws.com/shop/etl@sha256:${"b".repeat(64)}`,
          resourceRequirements: [
            { type: "VCPU", value: "1" },
            { type: "MEMORY", value: "2048" },
          ],
        }),
      }),
    ],
  },
  {
    what: "a service on Fargate",
    adds: [
      aws("ecs/cluster:Cluster", "shop", { name: "shop" }),
      aws("ecs/taskDefinition:TaskDefinition", "orders", {
        family: "orders",
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: "256",
        memory: "512",
        containerDefinitions: JSON.stringify([
          {
            name: "orders",
            image: `${account}.dkr.ecr.us-east-1.amazonaws.com/shop/orders@sha256:${"c".repeat(64)}`,
            environment: [{ name: "LOG_LEVEL", value: "info" }],
          },
        ]),
      }),
      aws("ecs/service:Service", "orders", {
        cluster: "shop",
        desiredCount: 2,
        launchType: "FARGATE",
        networkConfiguration: { assignPublicIp: false, subnets: subnetIds },
      }),
    ],
  },
  {
    what: "a security group of a database",
    adds: [
      aws("ec2/securityGroup:SecurityGroup", "orders-db", {
        vpcId: vpc,
        ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["10.40.0.0/16"] }],
      }),
    ],
  },
  {
    what: "an office's range",
    adds: [
      aws("ec2/securityGroup:SecurityGroup", "vpn", {
        vpcId: vpc,
        ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["203.0.113.0/24"] }],
      }),
    ],
  },
  {
    what: "a private zone",
    adds: [
      aws("route53/zone:Zone", "shop", { name: "shop.internal", vpcs: [{ vpcId: vpc }] }),
      aws("route53/record:Record", "orders", {
        name: "orders.shop.internal",
        type: "CNAME",
        ttl: 60,
        records: ["lb.example.com"],
        zoneId: "Z1",
      }),
    ],
  },
  {
    what: "a certificate",
    adds: [
      aws("acm/certificate:Certificate", "shop", { domainName: "shop.example.com", validationMethod: "DNS" }),
    ],
  },
  {
    what: "a file system",
    adds: [aws("efs/fileSystem:FileSystem", "shared", { encrypted: true, kmsKeyId: key })],
  },
  {
    what: "a backup plan",
    adds: [
      aws("backup/vault:Vault", "shop", { name: "shop", kmsKeyArn: key }),
      aws("backup/plan:Plan", "shop", { name: "shop", rules: [] }),
    ],
  },
  {
    what: "a parameter",
    adds: [
      aws("ssm/parameter:Parameter", "features", {
        name: "/shop/features",
        type: "String",
        value: "search,refunds",
      }),
    ],
  },
  {
    what: "a budget of its own",
    adds: [
      aws("budgets/budget:Budget", "shop", {
        budgetType: "COST",
        limitAmount: "500",
        limitUnit: "USD",
        timeUnit: "MONTHLY",
      }),
    ],
  },
  {
    what: "a trail",
    adds: [
      aws("cloudtrail/trail:Trail", "audit", {
        name: "audit",
        s3BucketName: "audit",
        kmsKeyId: key,
        enableLogFileValidation: true,
        isMultiRegionTrail: true,
      }),
    ],
  },
  {
    what: "another VPC endpoint",
    adds: [
      aws("ec2/vpcEndpoint:VpcEndpoint", "sqs", {
        vpcId: vpc,
        serviceName: "com.amazonaws.us-east-1.sqs",
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
      }),
    ],
  },
  {
    what: "a stream",
    adds: [
      aws("kinesis/stream:Stream", "clicks", {
        name: "clicks",
        shardCount: 1,
        encryptionType: "KMS",
        kmsKeyId: key,
      }),
    ],
  },
  {
    what: "a search domain",
    adds: [
      aws("opensearch/domain:Domain", "catalogue", {
        domainName: "catalogue",
        engineVersion: "OpenSearch_2.19",
        encryptAtRest: { enabled: true },
        nodeToNodeEncryption: { enabled: true },
      }),
    ],
  },
  {
    what: "a secret",
    adds: [
      aws(
        "secretsmanager/secret:Secret",
        "orders-db",
        { name: "gantry/dev/orders-db", kmsKeyId: key, tags: { "gantry.dev/rotate-after-days": "60" } },
        { protect: true },
      ),
    ],
  },
  {
    what: "a password that is generated",
    adds: [
      {
        type: "random:index/randomPassword:RandomPassword",
        name: "orders-db-password",
        inputs: { length: 32 },
      },
      aws(
        "secretsmanager/secret:Secret",
        "orders-db",
        { name: "gantry/dev/orders-db", kmsKeyId: key, tags: { "gantry.dev/rotate-after-days": "60" } },
        { protect: true },
      ),
      aws(
        "secretsmanager/secretVersion:SecretVersion",
        "orders-db-version",
        { secretId: "a", secretString: "b" },
        { behind: { secretId: ["orders-db"], secretString: ["orders-db-password"] } },
      ),
    ],
  },
  {
    what: "patches of its instances",
    configured: { "service-known": { knownServices: ["aws:ssm/association"] } },
    adds: [
      aws("ssm/association:Association", "patches", {
        name: "AWS-RunPatchBaseline",
        parameters: { Operation: "Scan" },
      }),
    ],
  },
  {
    what: "a database that a schedule stops",
    adds: [
      aws("scheduler/schedule:Schedule", "nights", {
        scheduleExpression: "cron(0 20 * * ? *)",
        target: { arn: "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance", roleArn: code.role },
      }),
    ],
  },
  {
    what: "a state machine that calls functions, tasks, tables and events",
    adds: [
      aws("sfn/stateMachine:StateMachine", "orders", {
        roleArn: code.role,
        definition: JSON.stringify({
          States: Object.fromEntries(
            [
              "lambda:invoke.waitForTaskToken",
              "dynamodb:putItem",
              "aws-sdk:s3:getObject",
              "ecs:runTask.sync",
              "events:putEvents",
              "states:startExecution.sync:2",
              "http:invoke",
            ].map((call) => [call, { Type: "Task", Resource: `arn:aws:states:::${call}` }]),
          ),
        }),
      }),
    ],
  },
  {
    what: "a page that mentions a token",
    adds: [
      aws("s3/bucketObjectv2:BucketObjectv2", "page", {
        key: "index.html",
        content: "<p>token: see docs</p>",
      }),
    ],
  },
  {
    what: "single sign-on to the cluster under a prefix of its own",
    adds: [
      aws("eks/identityProviderConfig:IdentityProviderConfig", "sso", {
        clusterName: "gantry-prod",
        oidc: {
          clientId: "kubernetes",
          issuerUrl: "https://sso.example.com",
          identityProviderConfigName: "sso",
          groupsClaim: "groups",
          groupsPrefix: "sso:",
        },
      }),
    ],
  },
];
