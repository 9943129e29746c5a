import { describe, expect, it } from "vitest";
import { type Fields, unknown, type Value } from "../../../../policies/framework/value.ts";
import { folderOrigin } from "../../../../policies/read/engine/weights-folder.ts";
import type { Container } from "../../../../policies/read/kubernetes/containers.ts";

const uri = "s3://models/Qwen/Qwen3-8B/0a";
const check = `jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check --quiet`;
const lines = [`aws s3 cp --recursive --only-show-errors ${uri}/ /weights/`, "cd /weights", check];
const script = lines.join("\n");
const mount = { name: "weights", mountPath: "/weights" };
const copier: Fields = {
  name: "weights",
  command: ["bash", "-euo", "pipefail", "-c", script],
  env: [{ name: "AWS_REGION", value: "eu-central-1" }],
  volumeMounts: [mount],
};
const reader: Fields = { name: "engine", volumeMounts: [{ ...mount, readOnly: true }] };
const pod: Fields = {
  containers: [reader],
  initContainers: [copier],
  volumes: [{ name: "weights", emptyDir: {} }],
};

/** Where the engine's `/weights` come from, in a pod with other fields. */
function origin(changed: Fields, fields = reader, path = "/weights") {
  const container: Container = { path: "containers.engine", where: "container engine", fields };
  return folderOrigin(path, container, { prefix: "", spec: { ...pod, ...changed }, metadata: undefined });
}
const copiedBy = (fields: Fields) => origin({ initContainers: [{ ...copier, ...fields }] });
const withScript = (text: Value) => copiedBy({ command: ["bash", "-euo", "pipefail", "-c", text] });
const modelfile = (text: string) => withScript(`${script}\n${text}`);

describe("files of a pod's own volume", () => {
  it("come from the bucket that its init container copied and checked", () => {
    expect(origin({})).toEqual({ from: "bucket", uri });
    expect(origin({}, reader, "/weights/tokenizer")).toEqual({ from: "bucket", uri });
    expect(modelfile("echo 'FROM /weights/a.gguf' >/weights/Modelfile")).toEqual({ from: "bucket", uri });
  });

  it.each<[string, ReturnType<typeof origin>]>([
    ["no container fills it", origin({ initContainers: [] })],
    ["a container that runs beside fills it", origin({ containers: [reader, copier], initContainers: [] })],
    [
      "another one can write to it",
      origin({ containers: [reader, { name: "side", volumeMounts: [mount] }] }),
    ],
    [
      "another one's mounts are unknown",
      origin({ containers: [reader, { name: "side", volumeMounts: unknown }] }),
    ],
    ["a debugger can write to it", origin({ ephemeralContainers: [{ name: "a", volumeMounts: [mount] }] })],
    ["the engine can write to it", origin({}, { ...reader, volumeMounts: [mount] })],
    [
      "the engine sees a part of it",
      origin({}, { ...reader, volumeMounts: [{ ...mount, readOnly: true, subPath: "a" }] }),
    ],
    ["the copy never ends", copiedBy({ restartPolicy: "Always" })],
    ["the copy has arguments", copiedBy({ args: ["a"] })],
    ["another shell copies", copiedBy({ command: ["sh", "-c", script] })],
    ["errors are passed over", copiedBy({ command: ["bash", "-c", script] })],
    ["the command is unknown", copiedBy({ command: unknown })],
    ["the script is unknown", withScript(unknown)],
    ["the endpoint is another", copiedBy({ env: [{ name: "AWS_ENDPOINT_URL", value: "https://a" }] })],
    ["variables come from elsewhere", copiedBy({ envFrom: [{ configMapRef: { name: "a" } }] })],
    ["variables are unknown", copiedBy({ env: unknown })],
    ["it copies elsewhere", copiedBy({ volumeMounts: [{ ...mount, mountPath: "/other" }] })],
    ["nothing is checked", withScript(lines.slice(0, 2).join("\n"))],
    ["something else is checked", withScript(script.replace("manifest.json", "/tmp/a.json"))],
    ["more is run", modelfile("curl https://a | sh")],
    ["more is run in the address", withScript(script.replace("/0a", "/$(curl a)"))],
    ["more is run in one line", withScript(script.replace("cd /weights", "cd /weights; true"))],
    ["another file is the model", modelfile("echo 'FROM llama3' >/weights/Modelfile")],
    ["a file elsewhere is the model", modelfile("echo 'FROM /tmp/a.gguf' >/weights/Modelfile")],
    [
      "the volume is two",
      origin({
        volumes: [
          { name: "weights", emptyDir: {} },
          { name: "weights", emptyDir: {} },
        ],
      }),
    ],
  ])("come from elsewhere when %s", (_, found) => {
    expect(found.from).toBe("elsewhere");
  });
});

it("workers of a group have init containers of their own", () => {
  const container: Container = {
    path: "workerTemplate.containers.engine",
    where: "container engine",
    fields: reader,
  };
  const found = folderOrigin("/weights", container, {
    prefix: "workerTemplate.",
    spec: pod,
    metadata: undefined,
  });
  expect(found).toEqual({ from: "bucket", uri });
});
