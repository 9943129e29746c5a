import { describe, expect, it } from "vitest";
import { vllm } from "../../../../components/serving/vllm.ts";
import { livenessSeesStall as rule } from "../../../../policies/rules/serving/liveness-sees-stall.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { deployment, engine, everyWorkload } from "../../workload.ts";

const here = ["chat-blue#containers.engine.livenessProbe"];
const withProbe = (livenessProbe: Wire) => deployment([{ ...engine, livenessProbe }]);
const looks = "compares vllm:num_requests_running with vllm:generation_tokens_total";
const running = (...command: readonly Wire[]) => withProbe({ exec: { command } });
const tgi = (livenessProbe: Wire) =>
  deployment([
    {
      name: "engine",
      image: "ghcr.io/huggingface/text-generation-inference:3",
      args: ["--model-id=/weights"],
      livenessProbe,
    },
  ]);

cases(rule, {
  passes: [
    ["the components' own check", running(...(vllm.liveness?.() ?? []))],
    ["another that looks at tokens", running("sh", "-c", looks)],
    ["a secret command", running("sh", "-c", secret(looks))],
    ["TGI's health, which asks its GPU", tgi({ httpGet: { path: "/health", port: "http" } })],
    ["a worker of a group", deployment([{ ...engine, args: [engine.args, ["--headless"]].flat() as Wire }])],
    ["engines that run once", deployment([], { initContainers: [engine], ephemeralContainers: [engine] })],
    ["other programs", deployment([{ name: "proxy", image: "envoy:1" }])],
  ],
  reports: [
    ["the server's health", withProbe({ httpGet: { path: "/health", port: "http" } }), here],
    ["no check", deployment([engine]), here],
    ["null", withProbe(null), here],
    ["a port", withProbe({ tcpSocket: { port: 8000 } }), here],
    ["the server's health by a command", running("curl", "-f", "http://localhost:8000/health"), here],
    ["requests without tokens", running("sh", "-c", "grep vllm:num_requests_running"), here],
    ["tokens without requests", running("sh", "-c", "grep vllm:generation_tokens_total"), here],
    ["an unknown probe", withProbe(unknown), here],
    ["an unknown command", withProbe({ exec: { command: unknown } }), here],
    ["an unknown part", running("sh", "-c", unknown), here],
    ["one text for a list", withProbe({ exec: { command: looks } }), here],
    ["TGI probed at another path", tgi({ httpGet: { path: "/info" } }), here],
    ["TGI without a check", tgi(null), here],
    [
      "Ollama, whose progress isn't known",
      deployment([
        {
          name: "engine",
          image: "ollama/ollama:0.34.0",
          args: ["serve"],
          startupProbe: {
            exec: { command: ["sh", "-euc", 'ollama create a -f /weights/Modelfile && ollama run a ""'] },
          },
          livenessProbe: { httpGet: { path: "/api/version" } },
        },
      ]),
      here,
    ],
    ["arguments that can't be read", deployment([{ ...engine, args: unknown }]), here],
    ["unknown containers", deployment(unknown), ["chat-blue#containers.livenessProbe"]],
    [
      "each of several",
      deployment([engine, { ...engine, name: "other" }]),
      [...here, "chat-blue#containers.other.livenessProbe"],
    ],
    [
      "an image that is no repository",
      running("sh", "-c", looks),
      ["chat-blue#configuration.vllmImages"],
      { config: { vllmImages: { only: [] } } },
    ],
  ],
});

describe("liveness-sees-stall", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [engine] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("is an advice", async () => {
    const [found] = await judge(rule, deployment([engine]));
    expect(found?.level).toBe("advisory");
  });
});
