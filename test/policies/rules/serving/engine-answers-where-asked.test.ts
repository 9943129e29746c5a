import { engineAnswersWhereAsked as rule } from "../../../../policies/rules/serving/engine-answers-where-asked.ts";
import { unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { slot } from "../../slot.ts";
import { engine } from "../../workload.ts";

const served = (more: object, ...flags: readonly string[]) =>
  slot({
    pod: {
      containers: [
        {
          ...engine,
          args: [...(engine.args as readonly string[]), ...flags],
          ports: [{ name: "http", containerPort: 8000 }],
          ...more,
        },
      ],
    },
  }).all;
const get = (path: unknown, port: unknown = "http") => ({ readinessProbe: { httpGet: { path, port } } });
const at = (path: string) => [`chat-blue#containers.engine.${path}`];

cases(rule, {
  passes: [
    ["the default port", served({})],
    ["its own port as a flag", served({}, "--port=8000")],
    ["every interface", served({}, "--host=0.0.0.0")],
    ["a probe of its health", served(get("/health"))],
    ["a probe by number", served(get("/health", 8000))],
    ["a container that is no engine", slot({ pod: { containers: [{ name: "web", image: "a/web:1" }] } }).all],
  ],
  reports: [
    ["another port", served({}, "--port=9000"), [...at("ports"), "chat-blue#spec.serviceRef.port"]],
    ["its own pod alone", served({}, "--host=127.0.0.1"), at("host")],
    ["a port that isn't known", served({}, "--port=x"), at("ports")],
    ["no ports", served({ ports: [] }), [...at("ports"), "chat-blue#spec.serviceRef.port"]],
    ["another path", served(get("/healthz")), at("readinessProbe.httpGet")],
    ["a path that is unknown", served(get(unknown)), at("readinessProbe.httpGet")],
    ["another port of the probe", served(get("/health", 9)), at("readinessProbe.httpGet")],
    ["arguments that can't be read", served({ args: [unknown] }), at("args")],
  ],
});
