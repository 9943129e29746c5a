import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { podReferences } from "../../../../policies/read/kubernetes/pod-references.ts";

const found = (spec: Value) =>
  podReferences({ prefix: "", spec }).map(({ path, kind, name }) => [path, kind, name]);
const env = (valueFrom: Value): Value => ({ containers: [{ name: "a", env: [{ name: "KEY", valueFrom }] }] });

it.each<[string, Value, readonly (readonly [string, string, Value])[]]>([
  [
    "a service account",
    { serviceAccountName: "engine" },
    [["serviceAccountName", "ServiceAccount", "engine"]],
  ],
  [
    "a service account by its old field",
    { serviceAccount: "engine" },
    [["serviceAccountName", "ServiceAccount", "engine"]],
  ],
  ["the default one", { serviceAccountName: "default" }, []],
  ["a key for images", { imagePullSecrets: [{ name: "pull" }] }, [["imagePullSecrets.0", "Secret", "pull"]]],
  ["a ConfigMap", { volumes: [{ configMap: { name: "a" } }] }, [["volumes.0.configMap", "ConfigMap", "a"]]],
  ["a Secret", { volumes: [{ secret: { secretName: "a" } }] }, [["volumes.0.secret", "Secret", "a"]]],
  [
    "a claim",
    { volumes: [{ persistentVolumeClaim: { claimName: "a" } }] },
    [["volumes.0.persistentVolumeClaim", "PersistentVolumeClaim", "a"]],
  ],
  [
    "what is projected",
    { volumes: [{ projected: { sources: [{ serviceAccountToken: {} }, { secret: { name: "a" } }] } }] },
    [["volumes.0.projected.sources.1", "Secret", "a"]],
  ],
  ["a variable of a Secret", env({ secretKeyRef: { name: "a" } }), [["containers.a.env.0", "Secret", "a"]]],
  [
    "a variable of a ConfigMap",
    env({ configMapKeyRef: { name: "a" } }),
    [["containers.a.env.0", "ConfigMap", "a"]],
  ],
  ["a variable of the pod itself", env({ fieldRef: { fieldPath: "spec.nodeName" } }), []],
  [
    "all variables of a ConfigMap",
    { initContainers: [{ name: "a", envFrom: [{ configMapRef: { name: "a" } }] }] },
    [["initContainers.a.envFrom.0", "ConfigMap", "a"]],
  ],
  ["what may be missing", env({ secretKeyRef: { name: "a", optional: true } }), []],
  ["what every namespace has", { volumes: [{ configMap: { name: "kube-root-ca.crt" } }] }, []],
  [
    "a name that is left out",
    { volumes: [{ configMap: {} }] },
    [["volumes.0.configMap", "ConfigMap", unknown]],
  ],
  ["a volume that can't be read", { volumes: [unknown] }, [["volumes.0", "ConfigMap", unknown]]],
  ["volumes that can't be read", { volumes: unknown }, [["volumes", "ConfigMap", unknown]]],
  ["a reference that can't be read", env(unknown), [["containers.a.env.0", "Secret", unknown]]],
  ["nothing", {}, []],
  ["no pod", undefined, []],
])("a pod refers to %s", (_, spec, expected) => {
  expect(found(spec)).toEqual(expected);
});

it("a pod that can't be read may refer to anything", () => {
  expect(found(unknown).length).toBeGreaterThan(0);
});
