import type { Addition } from "../additions.ts";
import { type Change, container, namespace, object, ownRegistry, server, workload } from "./change.ts";

const gpu = {
  requests: { cpu: "4", memory: "16Gi", "ephemeral-storage": "20Gi", "nvidia.com/gpu": "1" },
  limits: { memory: "16Gi", "nvidia.com/gpu": "1" },
};
const onGpus = {
  nodeSelector: { "gantry.dev/pool": "training" },
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
};
/** A pool of the team's own, so that models lose none of theirs. */
const trainingPool: Addition = {
  type: "kubernetes:karpenter.sh/v1:NodePool",
  name: "training-pool",
  inputs: {
    metadata: { name: "training" },
    spec: {
      limits: { "nvidia.com/gpu": "4" },
      disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "10m", budgets: [{ nodes: "1" }] },
      template: {
        metadata: { labels: { "gantry.dev/pool": "training" } },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "a10g" },
          taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
          requirements: [
            { key: "node.kubernetes.io/instance-type", operator: "In", values: ["g5.xlarge"] },
            { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot", "on-demand"] },
          ],
        },
      },
    },
  },
};
const noModel = { "gantry.dev/purpose": "application" };
const agent = { "gantry.dev/purpose": "node-agent" };
const logs = { name: "logs", hostPath: { path: "/var/log" } };
const ofNode = {
  automountServiceAccountToken: false,
  securityContext: { seccompProfile: { type: "RuntimeDefault" } },
};
const readsLogs = (name: string) =>
  server(name, {
    volumeMounts: [{ name: "logs", mountPath: "/var/log", readOnly: true }],
  });
const service = (name: string, spec = {}, metadata = {}) =>
  object("core/v1:Service", name, {
    metadata: { name, namespace: "shop", ...metadata },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }], ...spec },
  });
const configured = ownRegistry;

/** What runs in the cluster beside models. */
export const inCluster: readonly Change[] = [
  {
    what: "an API of the team's",
    configured,
    adds: [namespace, workload("apps/v1:Deployment", "orders", [server("orders")])],
  },
  {
    what: "an API with its Service",
    configured,
    adds: [workload("apps/v1:Deployment", "orders", [server("orders")]), service("orders")],
  },
  {
    what: "three replicas",
    configured,
    adds: [workload("apps/v1:Deployment", "orders", [server("orders")], { spec: { replicas: 3 } })],
  },
  {
    what: "a StatefulSet",
    configured,
    adds: [workload("apps/v1:StatefulSet", "ledger", [server("ledger")])],
  },
  {
    what: "a job that migrates a schema",
    configured,
    adds: [workload("batch/v1:Job", "migrate", [container("migrate")])],
  },
  {
    what: "a nightly report",
    configured,
    adds: [workload("batch/v1:CronJob", "report", [container("report")])],
  },
  {
    what: "a training job on a GPU",
    configured,
    adds: [
      trainingPool,
      workload("batch/v1:Job", "train", [container("train", { resources: gpu })], {
        labels: noModel,
        pod: onGpus,
      }),
    ],
  },
  {
    what: "a nightly job on a GPU",
    configured,
    adds: [
      trainingPool,
      workload("batch/v1:CronJob", "fine-tune", [container("fine-tune", { resources: gpu })], {
        labels: noModel,
        pod: onGpus,
      }),
    ],
  },
  {
    what: "video on a GPU",
    configured,
    adds: [
      trainingPool,
      workload(
        "batch/v1:Job",
        "transcode",
        [container("transcode", { resources: gpu, command: ["ffmpeg", "-hwaccel", "cuda"] })],
        { labels: noModel, pod: onGpus },
      ),
    ],
  },
  {
    what: "evaluation of a model that runs elsewhere",
    configured,
    adds: [
      workload("batch/v1:Job", "evaluate", [
        container("evaluate", { args: ["--base-url=http://chat.models.internal/v1"] }),
      ]),
    ],
  },
  {
    what: "a log agent",
    configured,
    adds: [
      workload("apps/v1:DaemonSet", "fluent-bit", [readsLogs("fluent-bit")], {
        labels: agent,
        pod: { ...ofNode, volumes: [logs] },
      }),
    ],
  },
  {
    what: "a collector of traces",
    configured,
    adds: [workload("apps/v1:DaemonSet", "otel-collector", [server("otel-collector")])],
  },
  {
    what: "an agent that reads the kernel's figures",
    configured,
    adds: [
      workload(
        "apps/v1:DaemonSet",
        "node-figures",
        [
          server("node-figures", {
            volumeMounts: [
              { name: "proc", mountPath: "/host/proc", readOnly: true },
              { name: "sys", mountPath: "/host/sys", readOnly: true },
            ],
          }),
        ],
        {
          labels: agent,
          pod: {
            ...ofNode,
            volumes: [
              { name: "proc", hostPath: { path: "/proc" } },
              { name: "sys", hostPath: { path: "/sys" } },
            ],
          },
        },
      ),
    ],
  },
  {
    what: "an internal Redis",
    configured,
    adds: [
      workload("apps/v1:StatefulSet", "redis", [
        server("redis", {
          ports: [{ name: "http", containerPort: 6379 }],
          readinessProbe: { tcpSocket: { port: "http" } },
          livenessProbe: { exec: { command: ["redis-cli", "ping"] } },
        }),
      ]),
      service("redis"),
    ],
  },
  {
    what: "a worker of a queue",
    configured,
    adds: [workload("apps/v1:Deployment", "worker", [server("worker")], { spec: { replicas: 2 } })],
  },
  {
    what: "a sidecar",
    configured,
    adds: [
      workload("apps/v1:Deployment", "orders", [
        server("orders"),
        server("proxy", {
          ports: [{ name: "admin", containerPort: 9901 }],
          readinessProbe: { httpGet: { path: "/r", port: "admin" } },
          livenessProbe: { httpGet: { path: "/l", port: "admin" } },
        }),
      ]),
    ],
  },
  {
    what: "settings in a ConfigMap",
    configured,
    adds: [
      object("core/v1:ConfigMap", "orders", {
        data: { "application.yaml": "server:\n  port: 8080\nfeatures:\n  search: true\n" },
      }),
      workload(
        "apps/v1:Deployment",
        "orders",
        [
          server("orders", {
            env: [
              { name: "OTEL_SERVICE_NAME", value: "orders" },
              { name: "LOG_LEVEL", value: "info" },
            ],
            volumeMounts: [{ name: "settings", mountPath: "/settings", readOnly: true }],
          }),
        ],
        { pod: { volumes: [{ name: "settings", configMap: { name: "orders" } }] } },
      ),
    ],
  },
  {
    what: "a password from an ExternalSecret",
    configured,
    adds: [
      object("external-secrets.io/v1:ExternalSecret", "orders-db", {
        spec: {
          refreshInterval: "15m",
          secretStoreRef: { kind: "ClusterSecretStore", name: "aws-secrets-manager" },
          target: { name: "orders-db" },
          data: [{ secretKey: "password", remoteRef: { key: "gantry/dev/orders-db" } }],
        },
      }),
      workload("apps/v1:Deployment", "orders", [
        server("orders", {
          env: [{ name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "orders-db", key: "password" } } }],
        }),
      ]),
    ],
  },
  {
    what: "an autoscaler of its own",
    configured,
    adds: [
      workload("apps/v1:Deployment", "orders", [server("orders")]),
      object("autoscaling/v2:HorizontalPodAutoscaler", "orders", {
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "orders" },
          minReplicas: 2,
          maxReplicas: 10,
        },
      }),
    ],
  },
  {
    what: "a worker scaled by its queue",
    configured,
    adds: [
      workload("apps/v1:Deployment", "worker", [server("worker")]),
      object("keda.sh/v1alpha1:ScaledObject", "worker", {
        spec: {
          scaleTargetRef: { name: "worker" },
          minReplicaCount: 0,
          maxReplicaCount: 5,
          triggers: [
            {
              type: "aws-sqs-queue",
              metadata: {
                queueURL: "https://sqs.us-east-1.amazonaws.com/111122223333/orders",
                queueLength: "5",
                awsRegion: "us-east-1",
              },
            },
          ],
        },
      }),
    ],
  },
  {
    what: "a disruption budget",
    configured,
    adds: [
      workload("apps/v1:Deployment", "orders", [server("orders")]),
      object("policy/v1:PodDisruptionBudget", "orders", {
        spec: { minAvailable: 1, selector: { matchLabels: { app: "orders" } } },
      }),
    ],
  },
  {
    what: "a ServiceMonitor",
    configured,
    adds: [
      workload("apps/v1:Deployment", "orders", [server("orders")]),
      service("orders", {}, { labels: { app: "orders" } }),
      object("monitoring.coreos.com/v1:ServiceMonitor", "orders", {
        spec: { selector: { matchLabels: { app: "orders" } }, endpoints: [{ port: "http" }] },
      }),
    ],
  },
  {
    what: "a PodMonitor",
    configured,
    adds: [
      workload("apps/v1:Deployment", "orders", [server("orders")]),
      object("monitoring.coreos.com/v1:PodMonitor", "orders", {
        spec: { selector: { matchLabels: { app: "orders" } }, podMetricsEndpoints: [{ port: "http" }] },
      }),
    ],
  },
  {
    what: "alerts of its own",
    adds: [
      object("monitoring.coreos.com/v1:PrometheusRule", "orders", {
        spec: {
          groups: [
            {
              name: "orders",
              rules: [
                {
                  alert: "OrdersFail",
                  expr: "rate(orders_failed_total[5m]) > 1",
                  for: "5m",
                  labels: { severity: "warning" },
                  annotations: { summary: "Orders fail", runbook_url: "https://wiki.example.com/orders" },
                },
              ],
            },
          ],
        },
      }),
    ],
  },
  {
    what: "a network policy of its own",
    adds: [
      namespace,
      object("networking.k8s.io/v1:NetworkPolicy", "orders", {
        spec: {
          podSelector: { matchLabels: { app: "orders" } },
          policyTypes: ["Ingress"],
          ingress: [
            {
              from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } }],
              ports: [{ port: 8080 }],
            },
          ],
        },
      }),
    ],
  },
  {
    what: "a quota",
    adds: [namespace, object("core/v1:ResourceQuota", "shop", { spec: { hard: { "requests.cpu": "20" } } })],
  },
  {
    what: "limits of a namespace",
    adds: [
      namespace,
      object("core/v1:LimitRange", "shop", {
        spec: { limits: [{ type: "Container", default: { memory: "256Mi" } }] },
      }),
    ],
  },
  {
    what: "a claim of a disk",
    adds: [
      object("core/v1:PersistentVolumeClaim", "ledger", {
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "gp3",
          resources: { requests: { storage: "20Gi" } },
        },
      }),
    ],
  },
  {
    what: "a priority",
    adds: [
      {
        type: "kubernetes:scheduling.k8s.io/v1:PriorityClass",
        name: "batch",
        inputs: { metadata: { name: "batch" }, value: -10 },
      },
    ],
  },
  {
    what: "a role that reads its own ConfigMaps",
    adds: [
      object("core/v1:ServiceAccount", "orders", { automountServiceAccountToken: false }),
      object("rbac.authorization.k8s.io/v1:Role", "orders", {
        rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "watch"] }],
      }),
      object("rbac.authorization.k8s.io/v1:RoleBinding", "orders", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "orders" },
        subjects: [{ kind: "ServiceAccount", name: "orders", namespace: "shop" }],
      }),
    ],
  },
  {
    what: "a team that reads its namespace",
    adds: [
      object("rbac.authorization.k8s.io/v1:RoleBinding", "readers", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "Group", name: "shop-developers", apiGroup: "rbac.authorization.k8s.io" }],
      }),
    ],
  },
  {
    what: "a monitoring agent that asks nodes for their figures",
    adds: [
      {
        type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        name: "figures",
        inputs: {
          metadata: { name: "figures" },
          rules: [
            {
              apiGroups: [""],
              resources: ["nodes", "nodes/metrics", "nodes/stats", "pods"],
              verbs: ["get", "list", "watch"],
            },
          ],
        },
      },
    ],
  },
  {
    what: "a controller that asks the Kubernetes API",
    configured: { ...ownRegistry, "pod-no-service-account-token": { apiClients: ["shop/cleaner"] } },
    adds: [
      object("core/v1:ServiceAccount", "cleaner", {}),
      workload("apps/v1:Deployment", "cleaner", [server("cleaner")], {
        pod: { automountServiceAccountToken: true, serviceAccountName: "cleaner" },
      }),
    ],
  },
  {
    what: "an internal load balancer by a Service",
    configured,
    adds: [
      workload("apps/v1:Deployment", "orders", [server("orders")]),
      service(
        "orders",
        { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" },
        { annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" } },
      ),
    ],
  },
  {
    what: "an internal Ingress for Grafana",
    adds: [
      object("networking.k8s.io/v1:Ingress", "grafana", {
        metadata: {
          name: "grafana",
          namespace: "monitoring",
          annotations: {
            "alb.ingress.kubernetes.io/scheme": "internal",
            "alb.ingress.kubernetes.io/target-type": "ip",
          },
        },
        spec: {
          ingressClassName: "alb",
          rules: [
            {
              host: "grafana.corp.example.com",
              http: {
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "grafana", port: { number: 80 } } },
                  },
                ],
              },
            },
          ],
        },
      }),
    ],
  },
  {
    what: "an internal Grafana from its own chart",
    configured: {
      "chart-version-pinned": { allowedCharts: ["https://grafana.github.io/helm-charts#grafana"] },
    },
    adds: [
      {
        type: "kubernetes:helm.sh/v3:Release",
        name: "dashboards",
        inputs: {
          chart: "grafana",
          version: "9.2.1",
          namespace: "dashboards",
          repositoryOpts: { repo: "https://grafana.github.io/helm-charts" },
          values: {
            replicas: 2,
            admin: { existingSecret: "grafana-admin" },
            ingress: {
              enabled: true,
              ingressClassName: "alb",
              annotations: { "alb.ingress.kubernetes.io/scheme": "internal" },
              hosts: ["grafana.corp.example.com"],
            },
          },
        },
      },
    ],
  },
  {
    what: "cert-manager",
    configured: { "chart-version-pinned": { allowedCharts: ["https://charts.jetstack.io#cert-manager"] } },
    adds: [
      {
        type: "kubernetes:helm.sh/v3:Release",
        name: "cert-manager",
        inputs: {
          chart: "cert-manager",
          version: "1.18.2",
          namespace: "cert-manager",
          repositoryOpts: { repo: "https://charts.jetstack.io" },
          values: { crds: { enabled: true }, resources: { requests: { cpu: "10m" } } },
        },
      },
    ],
  },
  {
    what: "a certificate by cert-manager",
    configured: { "workload-kind-known": { knownKinds: ["cert-manager.io/v1:Certificate"] } },
    adds: [
      object("cert-manager.io/v1:Certificate", "orders", {
        spec: { secretName: "orders-tls", dnsNames: ["orders.internal"], issuerRef: { name: "internal" } },
      }),
    ],
  },
  {
    what: "an admission policy",
    adds: [
      {
        type: "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
        name: "labels",
        inputs: {
          metadata: { name: "labels" },
          spec: { failurePolicy: "Fail", validations: [{ expression: "has(object.metadata.labels)" }] },
        },
      },
    ],
  },
  {
    what: "a lease",
    adds: [object("coordination.k8s.io/v1:Lease", "worker", { spec: { leaseDurationSeconds: 15 } })],
  },
];
