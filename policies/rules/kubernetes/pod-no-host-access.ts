import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { purposeKey, purposeOf } from "../../read/aws/purpose.ts";
import { containersOf, type PodSpec, podSpecs, workloads } from "../../read/kubernetes/containers.ts";

/** Sources of volumes that are of the node: a FlexVolume runs a program there. [Kubernetes API, PersistentVolumeSpec] */
const ofNode = ["hostPath", "local", "flexVolume"];
const persistentVolume = "kubernetes:core/v1:PersistentVolume";
const shared = { hostNetwork: "network", hostPID: "processes", hostIPC: "shared memory" };
const allowed = "no access to the node";
const allowedFolder =
  `${allowed}; in a DaemonSet whose pods have the label "${purposeKey}": "node-agent", folders of logs and ` +
  "kernel statistics that every container mounts read-only";
/** Folders without keys, sockets or other pods' volumes. [Kubernetes, logging architecture; proc(5), sysfs(5)] */
const readableFolder =
  /^\/(?:var\/log|proc|sys|var\/lib\/docker\/containers|etc\/machine-id|etc\/os-release)(?:\/[\w.-]+)*\/?$/;

export const podNoHostAccess: ResourceRule = {
  name: "pod-no-host-access",
  title: "Pods have no access to their node.",
  why: "A pod with access to the node's disk, network or processes can read the keys and prompts of every pod on it and bypasses network policies.",
  fix: "Remove hostPath, hostNetwork, hostPID, hostIPC and hostPort; use an emptyDir, a PersistentVolumeClaim or a Service.",
  severity: "critical",
  relatedChecks: ["CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19", "kyverno:disallow-host-path", "KSV-0121"],
  resourceTypes: [...workloads, persistentVolume],
  example: {
    good: "volumes: [{ name: cache, emptyDir: { sizeLimit: 10Gi } }]",
    bad: "volumes: [{ name: cache, hostPath: { path: /var } }]",
  },

  *check(resource) {
    if (resource.type === persistentVolume) yield* ofVolume(at(resource.props, "spec"));
    for (const pod of podSpecs(resource)) {
      yield* sharedWithNode(pod);
      yield* volumes(pod);
      yield* ports(pod);
      yield* kernelSettings(pod);
      yield* annotated(pod);
    }
  },
};

/** A claim accesses the node's disk through the volume that it is bound to. */
function* ofVolume(spec: Value): Iterable<Finding> {
  for (const source of ofNode)
    if (at(spec, source) !== undefined)
      yield {
        path: `spec.${source}`,
        problem: "the volume is a folder of its node, or a program of its node mounts it",
        allowed,
      };
}

function* sharedWithNode({ prefix, spec }: PodSpec): Iterable<Finding> {
  for (const [field, what] of Object.entries(shared)) {
    const value = at(spec, field);
    if (value !== undefined && value !== false)
      yield {
        path: `${prefix}${field}`,
        problem: `the pod shares its node's ${what}, or whether it does isn't known at preview`,
        allowed: "false, or unset",
      };
  }
}

function* volumes(pod: PodSpec): Iterable<Finding> {
  for (const [index, volume] of orUnknown(elements(at(pod.spec, "volumes"))).entries())
    if (!isFields(volume) || (holdsHostPath(volume) && !isReadByAgent(volume, pod)))
      yield {
        path: `${pod.prefix}volumes.${index}.hostPath`,
        where: `volume ${index}`,
        problem: "the volume is a folder of the node, or what it is isn't known at preview",
        allowed: allowedFolder,
      };
}

/** Whether a node agent mounts a folder read-only. */
function isReadByAgent(volume: Value, pod: PodSpec): boolean {
  const path = at(volume, "hostPath", "path");
  const name = at(volume, "name");
  if (purposeOf(pod.labels) !== "node-agent" || typeof path !== "string" || typeof name !== "string")
    return false;
  if (!readableFolder.test(path) || path.includes("..")) return false;
  const mounts = containersOf(pod).flatMap(({ fields }) => orUnknown(elements(at(fields, "volumeMounts"))));
  return mounts.every(
    (mount) => isFields(mount) && (at(mount, "name") !== name || at(mount, "readOnly") === true),
  );
}

/** At any depth: several sources may be projected into one volume. */
function holdsHostPath(value: Value): boolean {
  if (isList(value)) return value.some(holdsHostPath);
  if (!isFields(value)) return false;
  return (
    at(value, "hostPath") !== undefined ||
    at(value, "flexVolume") !== undefined ||
    Object.values(value).some(holdsHostPath)
  );
}

function* ports(pod: PodSpec): Iterable<Finding> {
  for (const { path, where, fields } of containersOf(pod))
    for (const [index, port] of orUnknown(elements(at(fields, "ports"))).entries()) {
      const host = at(port, "hostPort");
      if (host !== undefined && host !== 0)
        yield {
          path: `${path}.ports.${index}.hostPort`,
          where,
          problem: "the container has a port of the node, or whether it does isn't known at preview",
          allowed: "no hostPort",
        };
    }
}

/** Settings of the kernel that are a pod's own. [Kubernetes, Pod Security Standards, baseline] */
const safeSetting =
  /^(?:kernel\.shm_rmid_forced|net\.ipv4\.(?:ip_local_port_range|ip_local_reserved_ports|ip_unprivileged_port_start|ping_group_range|tcp_syncookies|tcp_keepalive_(?:time|intvl|probes)|tcp_fin_timeout|tcp_[rw]mem))$/;

function* kernelSettings({ prefix, spec }: PodSpec): Iterable<Finding> {
  // A pod that can't be read is reported for its volumes.
  if (spec === unknown) return;
  for (const [index, one] of orUnknown(elements(at(spec, "securityContext", "sysctls"))).entries()) {
    const name = at(one, "name");
    if (typeof name !== "string" || !safeSetting.test(name))
      yield {
        path: `${prefix}securityContext.sysctls.${index}`,
        where: "pod",
        problem: "it changes a setting of the kernel that isn't its own",
        allowed: "sysctls of the Pod Security Standards' baseline, known at preview",
      };
  }
}

/** What gives pods devices and networks of their node by annotations. [CDI; Multus; Kubernetes, AppArmor before 1.30] */
const opening: readonly { readonly key: RegExp; readonly problem: string }[] = [
  { key: /^(?:[\w.]+\.)?cdi\.k8s\.io\//, problem: "the annotation gives it devices that it doesn't request" },
  {
    key: /^k8s\.v1\.cni\.cncf\.io\/networks$/,
    problem: "the annotation gives it an interface to which no NetworkPolicy applies",
  },
  {
    key: /^container\.apparmor\.security\.beta\./,
    problem: "the annotation decides how AppArmor confines it",
  },
];

function* annotated({ prefix, metadata }: PodSpec): Iterable<Finding> {
  const annotations = at(metadata, "annotations");
  if (!isFields(annotations)) return;
  for (const [name, value] of Object.entries(annotations)) {
    const found = opening.find(({ key }) => key.test(name));
    if (found !== undefined && value !== undefined && value !== "runtime/default")
      yield {
        path: `${prefix}annotations.${name}`,
        where: "pod",
        problem: found.problem,
        allowed: "no such annotation; devices by resources.limits, AppArmor by securityContext",
      };
  }
}
