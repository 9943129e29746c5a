import { containerProbesSet as rule } from "../../../../policies/rules/kubernetes/container-probes-set.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { deployment, inEveryWorkload } from "../../workload.ts";

const health = { httpGet: { path: "/health", port: "http" } };
const patient = { ...health, failureThreshold: 8 };
const watched = {
  name: "engine",
  ports: [{ name: "http", containerPort: 8000 }],
  readinessProbe: health,
  livenessProbe: patient,
};
const engine = (more: { readonly [field: string]: Wire }) => deployment([{ ...watched, ...more }]);
const commands = (ready: Wire, alive: Wire) =>
  engine({ readinessProbe: { exec: { command: ready } }, livenessProbe: { exec: { command: alive } } });
const finding = (field: string, path = "containers.engine") => `chat-blue#${path}.${field}`;
const both = (path: string) => [finding("readinessProbe", path), finding("livenessProbe", path)];
const every = (path: string) => [finding("startupProbe", path), ...both(path)];
const unwatched = { name: "engine" };
const group = (template: Given["props"]): Given => ({
  type: "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
  name: "chat-blue",
  props: { spec: { leaderWorkerTemplate: template } },
});
const leader = { leaderTemplate: { spec: { containers: [watched] } } };
const worker = { workerTemplate: { spec: { containers: [unwatched] } } };
/** As serving no model. */
const labelled = (workload: Given): Given => {
  const { template } = workload.props.spec as { readonly template: Given["props"] };
  const metadata = { labels: { "gantry.dev/purpose": "application" } };
  return { ...workload, props: { spec: { template: { ...template, metadata } } } };
};
const together = { restartPolicy: "RecreateGroupOnPodRestart" };

cases(rule, {
  passes: [
    ["one check with more patience", engine({})],
    ["another check", engine({ livenessProbe: { exec: { command: ["alive"] } } })],
    ["another command", commands(["check", "--ready"], ["check", "--alive"])],
    ["a longer command", commands(["check"], ["check", "--alive"])],
    [
      "headers that only one sends",
      engine({ livenessProbe: { httpGet: { ...health.httpGet, httpHeaders: [{ name: "A", value: "b" }] } } }),
    ],
    ["a port by number", engine({ livenessProbe: { tcpSocket: { port: 8000 } } })],
    [
      "one of two ports, by name and by number",
      engine({
        ports: [...watched.ports, { name: "metrics", containerPort: 9000 }],
        livenessProbe: { tcpSocket: { port: 9000 } },
      }),
    ],
    ["a port of gRPC", engine({ livenessProbe: { grpc: { port: 8000 } } })],
    ["secrets", engine({ livenessProbe: { ...health, failureThreshold: secret(8) } })],
    ["a start-up probe", engine({ startupProbe: health })],
    ["a container that ends before", deployment([watched], { initContainers: [unwatched] })],
    ["a debugger", deployment([watched], { ephemeralContainers: [unwatched] })],
    [
      "jobs",
      ["Job", "CronJob"].map((kind) => ({ ...deployment([unwatched]), type: `kubernetes:batch/v1:${kind}` })),
    ],
    ["an application's worker without ports", labelled(deployment([unwatched]))],
    ["a worker that restarts with its leader", group({ ...leader, ...worker, ...together })],
  ],
  reports: [
    [
      "an application that takes requests",
      labelled(deployment([{ ...unwatched, ports: watched.ports }])),
      both("containers.engine"),
    ],
    [
      "one whose ports aren't known",
      labelled(deployment([{ ...unwatched, ports: unknown }])),
      both("containers.engine"),
    ],
    ["no readiness", engine({ readinessProbe: null }), [finding("readinessProbe")]],
    ["no liveness", engine({ livenessProbe: null }), [finding("livenessProbe")]],
    ["a probe of nothing", engine({ livenessProbe: { failureThreshold: 8 } }), [finding("livenessProbe")]],
    ["one and the same", engine({ livenessProbe: health }), [finding("livenessProbe")]],
    [
      "the same by default",
      engine({ livenessProbe: { ...health, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: null } }),
      [finding("livenessProbe")],
    ],
    ["the same command", commands(["check"], ["check"]), [finding("livenessProbe")]],
    [
      "what differs only if it is known",
      engine({ livenessProbe: { ...health, failureThreshold: unknown } }),
      [finding("livenessProbe")],
    ],
    [
      "the same of readiness",
      engine({ readinessProbe: { ...health, failureThreshold: unknown } }),
      [finding("livenessProbe")],
    ],
    [
      "a port that isn't declared",
      engine({ readinessProbe: { httpGet: { port: "web" } } }),
      [finding("readinessProbe.port")],
    ],
    [
      "a number that isn't declared",
      engine({ livenessProbe: { tcpSocket: { port: 80 } } }),
      [finding("livenessProbe.port")],
    ],
    [
      "a number in a text",
      engine({ livenessProbe: { tcpSocket: { port: "8000" } } }),
      [finding("livenessProbe.port")],
    ],
    ["no port", engine({ livenessProbe: { tcpSocket: {} } }), [finding("livenessProbe.port")]],
    [
      "an unknown port",
      engine({ livenessProbe: { tcpSocket: { port: unknown } } }),
      [finding("livenessProbe.port")],
    ],
    [
      "an unknown port of one that declares an unknown one",
      engine({
        ports: [...watched.ports, { containerPort: unknown }],
        livenessProbe: { tcpSocket: { port: unknown } },
      }),
      [finding("livenessProbe.port")],
    ],
    [
      "unknown ports",
      engine({ ports: unknown }),
      [finding("readinessProbe.port"), finding("livenessProbe.port")],
    ],
    [
      "a start-up probe of another port",
      engine({ startupProbe: { httpGet: { port: "web" } } }),
      [finding("startupProbe.port")],
    ],
    ["an unknown start-up probe", engine({ startupProbe: unknown }), [finding("startupProbe")]],
    ["an unknown probe", engine({ readinessProbe: unknown }), [finding("readinessProbe")]],
    ["the same of liveness", engine({ livenessProbe: unknown }), [finding("livenessProbe")]],
    ["a probe that is a text", engine({ readinessProbe: "/health" }), [finding("readinessProbe")]],
    ["an unknown list", deployment(unknown), every("containers")],
    [
      "an unknown pod",
      { ...deployment([]), props: { spec: { template: { spec: unknown } } } },
      every("containers"),
    ],
    [
      "each of several",
      deployment([{ name: "a" }, watched, { name: "b" }]),
      [...both("containers.a"), ...both("containers.b")],
    ],
    [
      "a sidecar",
      deployment([], { initContainers: [{ ...unwatched, restartPolicy: "Always" }] }),
      both("initContainers.engine"),
    ],
    ["an unknown sidecar", deployment([], { initContainers: [unknown] }), every("initContainers.0")],
    [
      "a leader",
      group({ leaderTemplate: worker.workerTemplate, ...together }),
      both("leaderTemplate.containers.engine"),
    ],
    [
      "a worker that is its own leader",
      group({ ...worker, ...together }),
      both("workerTemplate.containers.engine"),
    ],
    [
      "a worker that restarts alone",
      group({ ...leader, ...worker }),
      both("workerTemplate.containers.engine"),
    ],
    [
      "every kind of workload that keeps running",
      ...inEveryWorkload(
        { containers: [{ ...watched, livenessProbe: health }] },
        "containers.engine.livenessProbe",
        ({ type }) => !type.endsWith("Job"),
      ),
    ],
  ],
});
