import { unknown } from "../../../scripts/plan/wire.ts";
import type { Addition } from "../additions.ts";
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
const vpcId = "vpc-0a1b2c3d4e5f60718";
const subnetIds = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"];
const application = { "gantry.dev/purpose": "application" };
const allow = (Action: readonly string[], Resource: string | readonly string[], Condition?: object) =>
  ({ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) }) as never;
const known = (...knownKinds: readonly string[]) => ({ "workload-kind-known": { knownKinds } });
const allowed = (chart: string) => ({ "chart-version-pinned": { allowedCharts: [chart] } });
const custom = (kind: string, name: string, spec: object, metadata: object = {}) =>
  object(kind, name, { metadata: { name, namespace: "shop", ...metadata }, spec } as never);
const poolOf = (name: string, spec: object): Addition => ({
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name,
  inputs: { metadata: { name }, spec } as never,
});

/** What platform teams run beside models, by the tools that most of them have. */
export const platform: readonly Change[] = [
  {
    what: "a pool of CPU nodes for the team's pods",
    adds: [
      poolOf("general", {
        limits: { cpu: "200", memory: "800Gi" },
        disruption: { consolidationPolicy: "WhenEmptyOrUnderutilized", consolidateAfter: "5m" },
        template: {
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "a10g" },
            requirements: [
              { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
              { key: "kubernetes.io/arch", operator: "In", values: ["arm64"] },
            ],
          },
        },
      }),
    ],
  },
  {
    what: "a pool of spot nodes for batch, with a taint",
    adds: [
      poolOf("batch", {
        limits: { cpu: "500" },
        disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "1m" },
        template: {
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "a10g" },
            taints: [{ key: "batch", effect: "NoSchedule" }],
            requirements: [
              { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot"] },
              {
                key: "node.kubernetes.io/instance-type",
                operator: "In",
                values: ["m7i.4xlarge", "c7i.8xlarge"],
              },
            ],
          },
        },
      }),
    ],
  },
  {
    what: "Istio's routes",
    configured: known(
      "networking.istio.io/v1:VirtualService",
      "networking.istio.io/v1:DestinationRule",
      "security.istio.io/v1:PeerAuthentication",
    ),
    adds: [
      custom("networking.istio.io/v1:VirtualService", "orders", {
        hosts: ["orders"],
        http: [{ route: [{ destination: { host: "orders" } }] }],
      }),
      custom("networking.istio.io/v1:DestinationRule", "orders", {
        host: "orders",
        trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } },
      }),
      custom("security.istio.io/v1:PeerAuthentication", "default", { mtls: { mode: "STRICT" } }),
    ],
  },
  {
    what: "Istio from its chart",
    configured: allowed("https://istio-release.storage.googleapis.com/charts#istiod"),
    adds: [
      chart("istiod", "https://istio-release.storage.googleapis.com/charts", "1.27.1", {
        pilot: { autoscaleMin: 2 },
      }),
    ],
  },
  {
    what: "an application of the team's Argo CD",
    configured: known("argoproj.io/v1alpha1:Application", "argoproj.io/v1alpha1:AppProject"),
    adds: [
      custom("argoproj.io/v1alpha1:AppProject", "shop", {
        sourceRepos: ["https://github.com/acme/shop"],
        destinations: [{ namespace: "shop", server: "https://kubernetes.default.svc" }],
      }),
      custom("argoproj.io/v1alpha1:Application", "orders", {
        source: {
          repoURL: "https://github.com/acme/shop",
          targetRevision: "0123456789abcdef0123456789abcdef01234567",
          path: "orders",
        },
        destination: { namespace: "shop" },
      }),
    ],
  },
  {
    what: "ExternalDNS from its chart",
    configured: allowed("https://kubernetes-sigs.github.io/external-dns#external-dns"),
    adds: [
      chart("external-dns", "https://kubernetes-sigs.github.io/external-dns", "1.18.0", {
        provider: { name: "aws" },
        policy: "upsert-only",
        txtOwnerId: "gantry-dev",
      }),
    ],
  },
  {
    what: "Velero from its chart, with its role",
    configured: allowed("https://vmware-tanzu.github.io/helm-charts#velero"),
    adds: [
      chart("velero", "https://vmware-tanzu.github.io/helm-charts", "10.1.2", {
        credentials: { useSecret: false },
      }),
      rolePolicy("velero", [
        allow(["ec2:DescribeVolumes", "ec2:DescribeSnapshots"], "*"),
        allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::shop-velero/*"),
        allow(["s3:ListBucket"], "arn:aws:s3:::shop-velero"),
      ]),
    ],
  },
  {
    what: "a schedule of Velero's",
    configured: known("velero.io/v1:Schedule"),
    adds: [
      custom("velero.io/v1:Schedule", "nightly", {
        schedule: "0 2 * * *",
        template: { includedNamespaces: ["shop"] },
      }),
    ],
  },
  {
    what: "an issuer of certificates by DNS",
    configured: known("cert-manager.io/v1:ClusterIssuer"),
    adds: [
      custom("cert-manager.io/v1:ClusterIssuer", "letsencrypt", {
        acme: {
          server: "https://acme-v02.api.letsencrypt.org/directory",
          privateKeySecretRef: { name: "acme" },
          solvers: [{ dns01: { route53: { region: "us-east-1" } } }],
        },
      }),
    ],
  },
  {
    what: "Backstage",
    configured: { ...ownRegistry },
    adds: [
      workload(
        "apps/v1:Deployment",
        "backstage",
        [
          server("backstage", {
            env: [
              { name: "NODE_ENV", value: "production" },
              { name: "POSTGRES_HOST", value: "portal.proxy-abc.us-east-1.rds.amazonaws.com" },
            ],
          }),
        ],
        { spec: { replicas: 2 } },
      ),
      object("core/v1:Service", "backstage", {
        spec: { selector: { app: "backstage" }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
      }),
    ],
  },
  {
    what: "a data team's Spark",
    configured: known("sparkoperator.k8s.io/v1beta2:SparkApplication"),
    adds: [
      custom("sparkoperator.k8s.io/v1beta2:SparkApplication", "sessions", {
        type: "Python",
        mainApplicationFile: "s3a://shop-jobs/sessions.py",
        driver: { cores: 1 },
        executor: { instances: 4 },
      }),
    ],
  },
  {
    what: "an Airflow from its chart",
    configured: allowed("https://airflow.apache.org#airflow"),
    adds: [
      chart("airflow", "https://airflow.apache.org", "1.18.0", {
        executor: "KubernetesExecutor",
        webserverSecretKeySecretName: "airflow-webserver",
      }),
    ],
  },
  {
    what: "a proxy before the database",
    adds: [
      aws("rds/proxy:Proxy", "portal", {
        engineFamily: "POSTGRESQL",
        requireTls: true,
        roleArn: `arn:aws:iam::${account}:role/portal-proxy`,
        vpcSubnetIds: subnetIds,
        vpcSecurityGroupIds: ["sg-0a1b2c3d"],
        auths: [
          {
            authScheme: "SECRETS",
            iamAuth: "REQUIRED",
            secretArn: `arn:aws:secretsmanager:${region}:secret:shop/portal-AbCdEf`,
          },
        ],
      }),
      aws("rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", "portal", {
        dbProxyName: "portal",
        connectionPoolConfig: { maxConnectionsPercent: 80 },
      }),
      role("portal-proxy", "rds.amazonaws.com"),
    ],
  },
  {
    what: "an internal network load balancer over TLS",
    adds: [
      aws("lb/loadBalancer:LoadBalancer", "mqtt", {
        internal: true,
        loadBalancerType: "network",
        subnets: subnetIds,
        enableDeletionProtection: true,
        enableCrossZoneLoadBalancing: true,
        tags: application,
      }),
      aws("lb/targetGroup:TargetGroup", "mqtt-pods", {
        port: 8883,
        protocol: "TCP",
        targetType: "ip",
        vpcId,
        tags: application,
        healthCheck: { protocol: "TCP", port: "8883" },
      }),
      aws(
        "lb/listener:Listener",
        "mqtt-tls",
        {
          port: 8883,
          protocol: "TLS",
          sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
          certificateArn: `arn:aws:acm:${region}:certificate/a`,
          loadBalancerArn: unknown,
          defaultActions: [{ type: "forward", targetGroupArn: unknown }],
        },
        { behind: { loadBalancerArn: ["mqtt"], defaultActions: ["mqtt-pods"] } },
      ),
    ],
  },
  {
    what: "endpoints of AWS's services in the VPC",
    adds: ["ecr.api", "ecr.dkr", "sts", "ssm", "ssmmessages"].map((service) =>
      aws("ec2/vpcEndpoint:VpcEndpoint", `endpoint-${service}`, {
        vpcId,
        serviceName: `com.amazonaws.us-east-1.${service}`,
        vpcEndpointType: "Interface",
        subnetIds,
        privateDnsEnabled: true,
        securityGroupIds: ["sg-0a1b2c3d"],
      }),
    ),
  },
  {
    what: "a gateway endpoint with a policy",
    adds: [
      aws("ec2/vpcEndpoint:VpcEndpoint", "dynamodb", {
        vpcId,
        serviceName: "com.amazonaws.us-east-1.dynamodb",
        vpcEndpointType: "Gateway",
        routeTableIds: ["rtb-0a1b2c3d"],
      }),
    ],
  },
  {
    what: "a bastion by Session Manager",
    adds: [
      aws("ec2/instance:Instance", "bastion-ssm", {
        instanceType: "t4g.nano",
        ami: "ami-0a1b2c3d4e5f60718",
        subnetId: subnetIds[0] as string,
        associatePublicIpAddress: false,
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        rootBlockDevice: { encrypted: true },
        iamInstanceProfile: "bastion",
      }),
      role("bastion", "ec2.amazonaws.com"),
      aws("iam/rolePolicyAttachment:RolePolicyAttachment", "bastion", {
        role: "bastion",
        policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      }),
      aws("iam/instanceProfile:InstanceProfile", "bastion", { role: "bastion" }),
    ],
  },
  {
    what: "a GitHub runner's controller and its runners",
    configured: {
      ...allowed("oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set-controller"),
    },
    adds: [
      {
        type: "kubernetes:helm.sh/v3:Release",
        name: "arc",
        inputs: {
          chart: "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set-controller",
          version: "0.12.1",
          namespace: "arc",
          values: { replicaCount: 2 },
        },
      },
    ],
  },
  {
    what: "a role for one repository's workflow",
    adds: [
      aws("iam/role:Role", "deploy", {
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRoleWithWebIdentity",
              Principal: {
                Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
              },
              Condition: {
                StringEquals: {
                  "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                  "token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main",
                },
              },
            },
          ],
        }),
      }),
    ],
  },
  {
    what: "GitHub's identity provider",
    adds: [
      aws("iam/openIdConnectProvider:OpenIdConnectProvider", "github", {
        url: "https://token.actions.githubusercontent.com",
        clientIdLists: ["sts.amazonaws.com"],
      }),
    ],
  },
  {
    what: "rights within the team's boundary",
    adds: [
      aws("iam/policy:Policy", "boundary", {
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
              Resource: `arn:aws:dynamodb:${region}:table/shop-*`,
            },
            { Effect: "Deny", Action: "iam:*", Resource: "*" },
          ],
        }),
      }),
    ],
  },
  {
    what: "a cluster of PostgreSQL with its replica",
    adds: [
      aws(
        "rds/cluster:Cluster",
        "ledger",
        {
          engine: "aurora-postgresql",
          engineVersion: "17.5",
          storageEncrypted: true,
          kmsKeyId: key,
          manageMasterUserPassword: true,
          masterUsername: "ledger",
          backupRetentionPeriod: 14,
          deletionProtection: true,
          copyTagsToSnapshot: true,
          vpcSecurityGroupIds: ["sg-0a1b2c3d"],
          iamDatabaseAuthenticationEnabled: true,
        },
        { protect: true },
      ),
      ...["a", "b"].map((zone) =>
        aws(
          "rds/clusterInstance:ClusterInstance",
          `ledger-${zone}`,
          {
            clusterIdentifier: "ledger",
            engine: "aurora-postgresql",
            instanceClass: "db.r8g.large",
            publiclyAccessible: false,
            performanceInsightsEnabled: true,
          },
          { behind: { clusterIdentifier: ["ledger"] } },
        ),
      ),
    ],
  },
  {
    what: "a group of subnets and parameters for it",
    adds: [
      aws("rds/subnetGroup:SubnetGroup", "ledger", { subnetIds }),
      aws("rds/parameterGroup:ParameterGroup", "ledger", {
        family: "postgres17",
        parameters: [{ name: "rds.force_ssl", value: "1" }],
      }),
    ],
  },
  {
    what: "Kafka",
    adds: [
      aws("msk/cluster:Cluster", "events", {
        kafkaVersion: "3.8.x",
        numberOfBrokerNodes: 3,
        brokerNodeGroupInfo: {
          instanceType: "kafka.m7g.large",
          clientSubnets: subnetIds,
          securityGroups: ["sg-0a1b2c3d"],
        },
        encryptionInfo: {
          encryptionAtRestKmsKeyArn: key,
          encryptionInTransit: { clientBroker: "TLS", inCluster: true },
        },
        clientAuthentication: { sasl: { iam: true } },
      }),
    ],
  },
  {
    what: "a stream into a bucket",
    adds: [
      aws("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "clicks", {
        destination: "extended_s3",
        serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: key },
        extendedS3Configuration: {
          roleArn: `arn:aws:iam::${account}:role/clicks`,
          bucketArn: "arn:aws:s3:::shop-clicks",
          bufferingInterval: 300,
        },
      }),
    ],
  },
  {
    what: "a crawler's catalogue and a query's workgroup",
    adds: [
      aws("athena/workgroup:Workgroup", "analysts", {
        configuration: {
          enforceWorkgroupConfiguration: true,
          resultConfiguration: {
            outputLocation: "s3://shop-athena/",
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: key },
          },
        },
      }),
    ],
  },
  {
    what: "single sign-on before an internal application",
    adds: [
      aws("cognito/userPool:UserPool", "staff", {
        mfaConfiguration: "ON",
        softwareTokenMfaConfiguration: { enabled: true },
        deletionProtection: "ACTIVE",
      }),
      aws("cognito/userPoolClient:UserPoolClient", "staff", {
        userPoolId: "us-east-1_a",
        generateSecret: true,
        allowedOauthFlows: ["code"],
      }),
    ],
  },
  {
    what: "figures and an alarm by CloudWatch, to a topic of the team's",
    adds: [
      aws("sns/topic:Topic", "shop-oncall", { name: "shop-oncall", kmsMasterKeyId: key }),
      aws("sns/topicSubscription:TopicSubscription", "shop-oncall", {
        topic: unknown,
        protocol: "email",
        endpoint: "oncall@example.com",
      }),
      aws("cloudwatch/logMetricFilter:LogMetricFilter", "orders-failed", {
        logGroupName: "/shop/orders",
        pattern: "ERROR",
        metricTransformation: { name: "Failed", namespace: "shop", value: "1" },
      }),
    ],
  },
  {
    what: "an OpenTelemetry collector by its operator",
    configured: known("opentelemetry.io/v1beta1:Instrumentation"),
    adds: [
      custom("opentelemetry.io/v1beta1:Instrumentation", "java", {
        exporter: { endpoint: "http://otel-collector.observability:4317" },
      }),
    ],
  },
  {
    what: "policies of Kyverno's",
    configured: known("kyverno.io/v1:ClusterPolicy"),
    adds: [
      custom("kyverno.io/v1:ClusterPolicy", "labels", {
        validationFailureAction: "Audit",
        rules: [
          {
            name: "team",
            match: { any: [{ resources: { kinds: ["Pod"] } }] },
            validate: { pattern: { metadata: { labels: { team: "?*" } } } },
          },
        ],
      }),
    ],
  },
  {
    what: "a Falco from its chart",
    configured: allowed("https://falcosecurity.github.io/charts#falco"),
    adds: [
      chart("falco", "https://falcosecurity.github.io/charts", "7.0.0", { driver: { kind: "modern_ebpf" } }),
    ],
  },
  {
    what: "the metrics server and a vertical autoscaler's advice",
    configured: known("autoscaling.k8s.io/v1:VerticalPodAutoscaler"),
    adds: [
      custom("autoscaling.k8s.io/v1:VerticalPodAutoscaler", "orders", {
        targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "orders" },
        updatePolicy: { updateMode: "Off" },
      }),
    ],
  },
  {
    what: "a gateway of the team's by the Gateway API, inside the VPC",
    adds: [
      custom("gateway.networking.k8s.io/v1:HTTPRoute", "orders", {
        parentRefs: [{ name: "internal" }],
        hostnames: ["orders.corp.example.com"],
        rules: [{ backendRefs: [{ name: "orders", port: 80 }] }],
      }),
    ],
  },
  {
    what: "a tenant's own caller of the models",
    configured: ownRegistry,
    adds: [
      workload("apps/v1:Deployment", "assistant", [
        server("assistant", {
          env: [
            { name: "OPENAI_BASE_URL", value: "https://llm.example.com/v1" },
            { name: "OPENAI_API_KEY", valueFrom: { secretKeyRef: { name: "assistant-key", key: "key" } } },
          ],
        }),
      ]),
      object("external-secrets.io/v1:ExternalSecret", "assistant-key", {
        spec: {
          refreshInterval: "5m",
          secretStoreRef: { kind: "ClusterSecretStore", name: "aws-secrets-manager" },
          target: { name: "assistant-key" },
          data: [{ secretKey: "key", remoteRef: { key: "gantry/prod/tenants/web/1" } }],
        },
      }),
    ],
  },
  {
    what: "a nightly index of documents for search",
    configured: ownRegistry,
    adds: [
      workload("batch/v1:CronJob", "index", [
        container("index", {
          args: ["--gateway=https://llm.example.com", "--collection=handbook"],
          env: [{ name: "MODEL", value: "assistant" }],
        }),
      ]),
    ],
  },
  {
    what: "a peering with the office's network",
    adds: [
      aws("ec2/vpcPeeringConnection:VpcPeeringConnection", "data", {
        vpcId,
        peerVpcId: "vpc-1a1b2c3d4e5f60718",
        autoAccept: true,
      }),
      aws("ec2transitgateway/vpcAttachment:VpcAttachment", "hub", {
        vpcId,
        subnetIds,
        transitGatewayId: "tgw-0a1b2c3d",
      }),
      aws("ec2/route:Route", "to-hub", {
        routeTableId: "rtb-0a1b2c3d",
        destinationCidrBlock: "10.200.0.0/16",
        transitGatewayId: "tgw-0a1b2c3d",
      }),
    ],
  },
  {
    what: "a resolver of the office's names",
    adds: [
      aws("route53/resolverEndpoint:ResolverEndpoint", "out", {
        direction: "OUTBOUND",
        securityGroupIds: ["sg-0a1b2c3d"],
        ipAddresses: subnetIds.map((subnetId) => ({ subnetId })),
      }),
      aws("route53/resolverRule:ResolverRule", "corp", {
        domainName: "corp.example.com",
        ruleType: "FORWARD",
        targetIps: [{ ip: "10.200.0.2" }],
      }),
    ],
  },
];
