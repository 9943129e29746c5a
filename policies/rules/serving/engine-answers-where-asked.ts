import type { StackFinding, StackRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, elements, isFields, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { engineSettings, readEngine } from "../../read/engine/engine.ts";
import { type Listening, listening } from "../../read/engine/engine-port.ts";
import { containersOf } from "../../read/kubernetes/containers.ts";
import { type Pods, readsToPods, targetGroupBindings } from "../../read/kubernetes/kubernetes.ts";
import { Objects } from "../../read/kubernetes/objects.ts";
import { boundPort } from "../../read/kubernetes/pod-port.ts";

const probes = ["startupProbe", "readinessProbe", "livenessProbe"];

export const engineAnswersWhereAsked: StackRule<typeof engineSettings> = {
  name: "engine-answers-where-asked",
  title: "Probes, Services and target groups use the port and path on which an engine listens.",
  why: "An engine on another port or on loopback, or a probe of a path that doesn't exist, starts, loads its weights and never becomes ready: the rollout blocks a GPU until its deadline.",
  fix: "Leave --port and --host unset, or use the same port for the container, its Service and its target group; probe /health.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read engine command lines" },
  resourceTypes: readsToPods,
  example: {
    good: 'ports: [{ name: "http", containerPort: 8000 }] for an engine without --port',
    bad: 'args: ["--port=9000"], ports: [{ name: "http", containerPort: 8000 }]',
  },
  config: engineSettings,

  *checkStack({ resources }, config) {
    const objects = new Objects(resources);
    const servers = new Map<Pods, Listening>();
    for (const pods of objects.allPods) {
      for (const container of containersOf(pods, ["containers"])) {
        const engine = readEngine(container, config);
        if (engine !== undefined && "problem" in engine)
          yield {
            resource: pods.workload,
            path: `${container.path}.args`,
            where: container.where,
            problem: `where it listens isn't known: ${engine.problem}`,
            allowed: "arguments known at preview",
          };
      }
      const found = [...serversOf(pods, config)];
      for (const { server, container } of found) yield* containerProblems(pods, container, server);
      const [only, ...others] = found;
      if (only !== undefined && others.length === 0) servers.set(pods, only.server);
    }
    for (const binding of resources.filter(isOf(targetGroupBindings)))
      for (const service of objects.servicesOf(binding))
        for (const pods of objects.podsOf(service)) {
          const server = servers.get(pods);
          if (server === undefined || server.port === unknown) continue;
          const { number } = boundPort(binding, service, pods);
          if (number === server.port) continue;
          yield {
            resource: binding,
            path: "spec.serviceRef.port",
            problem: `it doesn't forward to port ${server.port}, on which ${pods.workload.name} listens, or its port isn't known`,
            allowed: "a port of the Service that targets the engine's port, known at preview",
          };
        }
  },
};

interface Server {
  readonly container: ReturnType<typeof containersOf>[number];
  readonly server: Listening;
}

function* serversOf(pods: Pods, config: ConfigOf<typeof engineSettings>): Generator<Server> {
  for (const container of containersOf(pods, ["containers"])) {
    // Unreadable arguments are covered by engine-command-readable.
    const engine = readEngine(container, config);
    const server =
      engine !== undefined && "kind" in engine ? listening(container, engine.kind, engine.args) : undefined;
    if (server !== undefined) yield { container, server };
  }
}

function* containerProblems(
  { workload: resource }: Pods,
  { path, where, fields }: Server["container"],
  { port, reachable, healthPaths }: Listening,
): Generator<StackFinding> {
  const ports = orUnknown(elements(at(fields, "ports")));
  if (!reachable)
    yield {
      resource,
      path: `${path}.host`,
      where,
      problem: "the engine listens only on loopback, or where it listens isn't known at preview",
      allowed: "every interface: no --host, or 0.0.0.0",
    };
  if (port === unknown || !ports.some((one) => at(one, "containerPort") === port))
    yield {
      resource,
      path: `${path}.ports`,
      where,
      problem: `the engine listens on ${port === unknown ? "a port that isn't known" : port}, which the container doesn't declare`,
      allowed: "the engine's port among the container's ports, known at preview",
    };
  for (const name of probes) {
    const handler = at(fields, name, "httpGet");
    if (handler === undefined) continue;
    const wrongPort = port !== unknown && numberOf(at(handler, "port"), ports) !== port;
    const asked = at(handler, "path");
    if (!isFields(handler) || wrongPort || typeof asked !== "string" || !healthPaths.includes(asked))
      yield {
        resource,
        path: `${path}.${name}.httpGet`,
        where,
        problem: `${name} uses another port or path than the engine's`,
        allowed: `the engine's port, and ${healthPaths.join(" or ")}, known at preview`,
      };
  }
}

function numberOf(port: Value, ports: readonly Value[]): Value {
  if (typeof port !== "string") return port;
  return at(
    ports.find((one) => at(one, "name") === port),
    "containerPort",
  );
}
