import { referencesResolve as rule } from "../../../../policies/rules/kubernetes/references-resolve.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { slot } from "../../slot.ts";
import { engine } from "../../workload.ts";

const object = (type: string, name: Wire, props: Properties = {}, namespace: Wire = "models"): Given => ({
  type: `kubernetes:${type}`,
  name: typeof name === "string" ? name : "any",
  props: { metadata: { name, namespace }, ...props },
});
const { binding, service, deployment, scaler } = slot();
const sound = [binding, service, deployment, scaler];
const changed = (one: Given, path: string, value: Wire | undefined): readonly Given[] =>
  sound.map((resource) =>
    resource === one ? { ...one, props: withField(one.props, path, value) } : resource,
  );
const moved = (one: Given) => changed(one, "metadata.namespace", "other");
/** The slot with more in its pods, and the objects beside it. */
const withPod = (pod: Properties, ...others: readonly Given[]) => {
  const own = slot({ pod });
  return [own.binding, own.service, own.deployment, own.scaler, ...others];
};
const port = { ports: [{ name: "http", containerPort: 8000 }] };
const container = (more: Properties): Properties => ({ containers: [{ ...engine, ...port, ...more }] });
const volume = (source: Properties) => ({ volumes: [{ name: "data", ...source }] });
const variable = (valueFrom: Wire) => container({ env: [{ name: "KEY", valueFrom }] });
const key = { secretKeyRef: { name: "engine-api-key", key: "key" } };
const external = (spec: Properties, name: Wire = "engine-api-key", namespace: Wire = "models") =>
  object(
    "external-secrets.io/v1:ExternalSecret",
    name,
    { spec: { data: [{ secretKey: "key" }], ...spec } },
    namespace,
  );
const monitor = (spec: Properties, namespace: Wire = "monitoring") =>
  object("monitoring.coreos.com/v1:ServiceMonitor", "engines", { spec }, namespace);
const watching = (matchLabels: Wire, more: Properties = {}) => [
  ...sound,
  monitor({
    selector: { matchLabels },
    namespaceSelector: { matchNames: ["models"] },
    endpoints: [{ port: "http" }],
    ...more,
  }),
];
const model = { "gantry.dev/model": "chat" };
/** A Service of an unknown namespace, and a monitor that looks for it in its own. */
const nowhere = [
  { ...service, props: { metadata: { name: "outside", namespace: unknown, labels: model }, spec: {} } },
  monitor({ selector: { matchLabels: model } }, unknown),
];
/** A Job of an unknown namespace whose container takes a key from a Secret. */
const keyed = object(
  "batch/v1:Job",
  "stage",
  {
    spec: { template: { spec: { containers: [{ name: "stage", env: [{ name: "KEY", valueFrom: key }] }] } } },
  },
  unknown,
);

const at = (...paths: readonly string[]) => paths.map((path) => `chat-blue#${path}`);
const selector = at("spec.selector");
const targetPort = at("spec.ports.0.targetPort");
const target = at("spec.scaleTargetRef");
const serviceName = at("spec.serviceRef.name");
const servicePort = at("spec.serviceRef.port");
const env = at("containers.engine.env.0");

cases(rule, {
  passes: [
    [
      "a monitor of an application that a chart brings",
      object("monitoring.coreos.com/v1:ServiceMonitor", "portal", {
        metadata: { labels: { "gantry.dev/purpose": "application" } },
        spec: { selector: { matchLabels: { app: "portal" } }, endpoints: [{ port: "http" }] },
      }),
    ],
    ["a slot", sound],
    [
      "ports by number",
      [
        ...changed(service, "spec.ports", [{ port: 8000, targetPort: 8000 }]).filter(
          (one) => one.type !== binding.type,
        ),
        { ...binding, props: withField(binding.props, "spec.serviceRef.port", 8000) },
      ],
    ],
    ["a target port that is left out", changed(service, "spec.ports", [{ name: "http", port: 8000 }])],
    ["secret names", changed(scaler, "spec.scaleTargetRef.name", secret("chat-blue"))],
    [
      "a scaler that names its kind",
      changed(scaler, "spec.scaleTargetRef", { kind: "Deployment", name: "chat-blue" }),
    ],
    [
      "a Service without selector",
      [object("core/v1:Service", "outside", { spec: { type: "ExternalName" } })],
    ],
    [
      "a mounted ConfigMap",
      withPod(volume({ configMap: { name: "scripts" } }), object("core/v1:ConfigMap", "scripts")),
    ],
    [
      "a mounted claim",
      withPod(
        volume({ persistentVolumeClaim: { claimName: "disk" } }),
        object("core/v1:PersistentVolumeClaim", "disk"),
      ),
    ],
    ["a mounted Secret", withPod(volume({ secret: { secretName: "tls" } }), object("core/v1:Secret", "tls"))],
    [
      "projected objects",
      withPod(
        volume({ projected: { sources: [{ configMap: { name: "scripts" } }, { serviceAccountToken: {} }] } }),
        object("core/v1:ConfigMap", "scripts"),
      ),
    ],
    [
      "a variable of a Secret that External Secrets makes",
      withPod(variable(key), external({ target: { name: "engine-api-key" } }, "other-name")),
    ],
    ["a Secret named as its ExternalSecret", withPod(variable(key), external({}))],
    [
      "what may be missing",
      withPod({
        ...variable({ secretKeyRef: { name: "none", optional: true } }),
        ...volume({ configMap: { name: "none", optional: true } }),
      }),
    ],
    [
      "what every namespace has",
      withPod({ serviceAccountName: "default", ...volume({ configMap: { name: "kube-root-ca.crt" } }) }),
    ],
    ["volumes of the pod itself", withPod(volume({ emptyDir: {} }))],
    [
      "a service account",
      withPod({ serviceAccountName: "engine" }, object("core/v1:ServiceAccount", "engine")),
    ],
    ["a monitor", watching(model)],
    ["a monitor beside its Service", [...sound, monitor({ selector: { matchLabels: model } }, "models")]],
    ["a monitor that looks everywhere", watching(model, { namespaceSelector: { any: true } })],
    ["a monitor of a port that only pods know", watching(model, { endpoints: [{ targetPort: 8000 }] })],
  ],
  reports: [
    [
      "a Deployment that doesn't select its pods",
      changed(deployment, "spec.selector", { matchLabels: { app: "other" } }),
      selector,
    ],
    ["a Service that picks nothing", changed(service, "spec.selector", { app: "nobody" }), selector],
    [
      "a Service that picks one label too many",
      changed(service, "spec.selector", { ...model, role: "leader" }),
      selector,
    ],
    ["a Service without labels to pick", changed(service, "spec.selector", {}), selector],
    ["a Service whose selector is unknown", changed(service, "spec.selector", unknown), selector],
    ["a Service in another namespace", moved(service), [...selector, ...serviceName]],
    [
      "a port that isn't there",
      changed(service, "spec.ports", [{ name: "http", port: 80, targetPort: "web" }]),
      targetPort,
    ],
    [
      "a number that isn't there",
      changed(service, "spec.ports", [{ name: "http", port: 80, targetPort: 81 }]),
      targetPort,
    ],
    [
      "a number as a text",
      changed(service, "spec.ports", [{ name: "http", port: 80, targetPort: "8000" }]),
      targetPort,
    ],
    [
      "a port that is unknown",
      changed(service, "spec.ports", [{ name: "http", port: 80, targetPort: unknown }]),
      targetPort,
    ],
    ["ports that are unknown", changed(service, "spec.ports", unknown), [...targetPort, ...servicePort]],
    [
      "the second of two ports",
      changed(service, "spec.ports", [
        { name: "http", port: 80, targetPort: "http" },
        { name: "more", port: 81 },
      ]),
      at("spec.ports.1.targetPort"),
    ],
    ["a container whose ports are unknown", withPod(container({ ports: unknown })), targetPort],
    ["a scaler of another name", changed(scaler, "spec.scaleTargetRef.name", "nobody"), target],
    ["a scaler of another kind", changed(scaler, "spec.scaleTargetRef.kind", "StatefulSet"), target],
    ["a scaler of an unknown kind", changed(scaler, "spec.scaleTargetRef.kind", unknown), target],
    ["a scaler of an unknown name", changed(scaler, "spec.scaleTargetRef.name", unknown), target],
    ["a scaler of nothing", changed(scaler, "spec.scaleTargetRef", undefined), target],
    ["a scaler in another namespace", moved(scaler), target],
    [
      "a scaler of Kubernetes' own",
      [
        ...sound,
        object("autoscaling/v2:HorizontalPodAutoscaler", "own", {
          spec: { scaleTargetRef: { kind: "Deployment", name: "code" } },
        }),
      ],
      ["own#spec.scaleTargetRef"],
    ],
    ["a binding to no Service", changed(binding, "spec.serviceRef.name", "nobody"), serviceName],
    ["a binding to an unknown Service", changed(binding, "spec.serviceRef.name", unknown), serviceName],
    ["a binding in another namespace", moved(binding), serviceName],
    ["a binding to a port that isn't there", changed(binding, "spec.serviceRef.port", "web"), servicePort],
    ["a binding to an unknown port", changed(binding, "spec.serviceRef.port", unknown), servicePort],
    [
      "a ConfigMap that isn't there",
      withPod(volume({ configMap: { name: "missing" } })),
      at("volumes.0.configMap"),
    ],
    [
      "a ConfigMap in another namespace",
      withPod(
        volume({ configMap: { name: "scripts" } }),
        object("core/v1:ConfigMap", "scripts", {}, "other"),
      ),
      at("volumes.0.configMap"),
    ],
    [
      "a ConfigMap under the name of a Secret",
      withPod(volume({ configMap: { name: "scripts" } }), object("core/v1:Secret", "scripts")),
      at("volumes.0.configMap"),
    ],
    [
      "a ConfigMap under the name of a Secret that is made",
      withPod(volume({ configMap: { name: "engine-api-key" } }), external({})),
      at("volumes.0.configMap"),
    ],
    [
      "a claim that isn't there",
      withPod(volume({ persistentVolumeClaim: { claimName: "disk" } })),
      at("volumes.0.persistentVolumeClaim"),
    ],
    [
      "a mounted Secret that isn't there",
      withPod(volume({ secret: { secretName: "tls" } })),
      at("volumes.0.secret"),
    ],
    [
      "a projected Secret that isn't there",
      withPod(volume({ projected: { sources: [{ secret: { name: "tls" } }] } })),
      at("volumes.0.projected.sources.0"),
    ],
    ["a volume that is unknown", withPod({ volumes: [unknown] }), at("volumes.0")],
    ["volumes that are unknown", withPod({ volumes: unknown }), at("volumes")],
    ["volumes that are an object", withPod({ volumes: {} }), at("volumes")],
    ["a Secret that isn't created", withPod(variable(key)), env],
    [
      "a Secret under the name of a ConfigMap",
      withPod(variable(key), object("core/v1:ConfigMap", "engine-api-key")),
      env,
    ],
    [
      "a Secret that is made somewhere unknown",
      [keyed, external({}, "engine-api-key", unknown)],
      ["stage#containers.stage.env.0"],
    ],
    ["a Secret that is made elsewhere", withPod(variable(key), external({}, "engine-api-key", "other")), env],
    [
      "a Secret that is made under another name",
      withPod(variable(key), external({ target: { name: "other" } })),
      env,
    ],
    [
      "a Secret of an unknown name",
      withPod(variable({ secretKeyRef: { name: unknown } }), external({ target: { name: unknown } })),
      env,
    ],
    ["a variable from somewhere unknown", withPod(variable(unknown)), env],
    ["a variable of a ConfigMap", withPod(variable({ configMapKeyRef: { name: "none" } })), env],
    [
      "all variables of a Secret",
      withPod(container({ envFrom: [{ secretRef: { name: "none" } }] })),
      at("containers.engine.envFrom.0"),
    ],
    [
      "variables from somewhere unknown",
      withPod(container({ envFrom: unknown })),
      at("containers.engine.envFrom"),
    ],
    ["a Secret for images", withPod({ imagePullSecrets: [{ name: "none" }] }), at("imagePullSecrets.0")],
    [
      "a container that starts before the others",
      withPod({ initContainers: [{ name: "stage", env: [{ name: "A", valueFrom: key }] }] }),
      at("initContainers.stage.env.0"),
    ],
    [
      "a service account that isn't there",
      withPod({ serviceAccountName: "nobody" }),
      at("serviceAccountName"),
    ],
    ["a service account by its old field", withPod({ serviceAccount: "nobody" }), at("serviceAccountName")],
    ["an unknown service account", withPod({ serviceAccountName: unknown }), at("serviceAccountName")],
    [
      "labels that are unknown",
      sound.map((one) => (one === deployment ? slot({ labels: unknown }).deployment : one)),
      [...at("labels"), ...selector],
    ],
    [
      "one label that is unknown",
      changed(deployment, "spec.template.metadata.labels", {
        ...model,
        "gantry.dev/colour": "chat-blue",
        zone: unknown,
      }),
      at("labels"),
    ],
    ["a monitor that finds nothing", watching({ app: "nobody" }), ["engines#spec.selector"]],
    [
      "a monitor of labels that only a workload has",
      [
        ...changed(deployment, "metadata.labels", { tier: "engines" }),
        monitor({ selector: { matchLabels: { tier: "engines" } }, namespaceSelector: { any: true } }),
      ],
      ["engines#spec.selector"],
    ],
    ["a monitor that looks somewhere unknown", nowhere, ["engines#spec.selector"]],
    ["a monitor of an unknown selector", watching(unknown), ["engines#spec.selector"]],
    [
      "a monitor that looks in its own namespace",
      watching(model, { namespaceSelector: null }),
      ["engines#spec.selector"],
    ],
    [
      "a monitor of a port that isn't there",
      watching(model, { endpoints: [{ port: "metrics" }] }),
      ["engines#spec.endpoints.0.port"],
    ],
    [
      "a Job's script from nowhere",
      [
        object("batch/v1:Job", "stage", {
          spec: { template: { spec: volume({ configMap: { name: "missing" } }) } },
        }),
      ],
      ["stage#volumes.0.configMap"],
    ],
    [
      "a worker of a group of nodes",
      [
        object("leaderworkerset.x-k8s.io/v1:LeaderWorkerSet", "set", {
          spec: { leaderWorkerTemplate: { workerTemplate: { spec: { serviceAccountName: "nobody" } } } },
        }),
      ],
      ["set#workerTemplate.serviceAccountName"],
    ],
  ],
});
