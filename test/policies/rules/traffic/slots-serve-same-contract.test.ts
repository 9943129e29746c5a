import { slotsServeSameContract as rule } from "../../../../policies/rules/traffic/slots-serve-same-contract.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { listener, listenerRule, loadBalancer, type Slot, slot } from "../../slot.ts";
import { engine } from "../../workload.ts";

const serving = (args: Wire, more: Properties = {}): Properties => ({
  containers: [{ ...engine, args, ...more }],
});
const vllm = (...args: readonly Wire[]) => serving(["/models/qwen3", ...args]);
const usual = vllm("--served-model-name=chat", "--max-model-len=8192");
const tgi = (tokens: number): Properties => ({
  containers: [
    {
      name: "engine",
      image: "ghcr.io/huggingface/text-generation-inference:3",
      args: ["--model-id=/weights", `--max-total-tokens=${tokens}`],
    },
  ],
});
const ollama = (name: Wire, context: Wire): Properties => ({
  containers: [
    {
      name: "engine",
      image: "ollama/ollama:1",
      args: ["serve"],
      env: [{ name: "OLLAMA_CONTEXT_LENGTH", value: context }],
      startupProbe: { exec: { command: ["sh", "-euc", name] } },
    },
  ],
});
const create = (name: string) => `ollama create ${name} -f /weights/Modelfile && ollama run ${name} ""`;

const blue = slot({ pod: usual });
const green = (pod: Properties) => slot({ name: "chat-green", pod });
const both = (one: Slot, other: Slot): readonly Given[] => [
  loadBalancer,
  listener,
  listenerRule([
    [one.group, 100],
    [other.group, 0],
  ]),
  ...one.all,
  ...other.all,
];
const beside = (pod: Properties) => both(blue, green(pod));
const at = ["chat-green#containers.engine.args"];
/** The same slots, those of the given names with a difference accepted. */
const accepting = (slots: readonly Given[], accepts: Wire, ...names: readonly string[]) =>
  slots.map((one) =>
    one.type.endsWith(":Deployment") && names.includes(one.name)
      ? { ...one, props: withField(one.props, "metadata.annotations", { "gantry.dev/accepts": accepts }) }
      : one,
  );
const longer = beside(vllm("--served-model-name=chat", "--max-model-len=16384"));
const without = (slots: readonly Given[], gone: Given) => slots.filter((one) => one !== gone);
const usualGreen = green(usual);
const behindGreen = ["chat-green#engine"];
/** The standby behind a rule of its own for some requests to the same host. */
const canary = (conditions: readonly Wire[], host = "chat.models.internal") => {
  const other = green(vllm("--served-model-name=other", "--max-model-len=8192"));
  const some = listenerRule([[other.group, 100]], { name: "chat-canary", host, conditions });
  return [loadBalancer, listener, listenerRule([[blue.group, 100]]), some, ...blue.all, ...other.all];
};

cases(rule, {
  passes: [
    ["the same on both", beside(usual)],
    [
      "another context that both accept",
      accepting(longer, "tokenizer,contextLength", "chat-blue", "chat-green"),
    ],
    [
      "names in another order",
      both(
        slot({ pod: vllm("--served-model-name", "chat", "assistant") }),
        green(vllm("--served-model-name", "assistant", "chat")),
      ),
    ],
    ["another spelling of the flags", beside(vllm("--max_model_len", "8192", "--served_model_name", "chat"))],
    ["secret arguments", beside(vllm(secret("--served-model-name=chat"), "--max-model-len=8192"))],
    [
      "other arguments that differ",
      beside(vllm("--served-model-name=chat", "--max-model-len=8192", "--max-num-seqs=8")),
    ],
    ["another engine, which takes any name", beside(tgi(8192))],
    ["an engine beside another one, which takes any name", both(slot({ pod: tgi(8192) }), usualGreen)],
    ["Ollama under the same name", beside(ollama(create("chat"), "8192"))],
    ["two models on hosts of their own", canary([], "other.models.internal")],
    ["one slot", [loadBalancer, listener, listenerRule([[blue.group, 100]]), ...blue.all]],
    [
      "one slot whose arguments are unknown",
      [loadBalancer, listener, listenerRule([[blue.group, 100]]), ...slot({ pod: serving(unknown) }).all],
    ],
    ["one group without pods", [loadBalancer, listener, listenerRule([[blue.group, 100]]), blue.group]],
    [
      "a gateway with two groups",
      both(
        slot({ pod: { containers: [{ name: "gateway", image: "litellm:1" }] } }),
        green({ containers: [{ name: "gateway", image: "litellm:1" }] }),
      ),
    ],
  ],
  reports: [
    ["a longer context that wasn't accepted", longer, at],
    ["a context that one of them accepts", accepting(longer, "contextLength", "chat-green"), at],
    ["an accepted difference of another kind", accepting(longer, "tokenizer", "chat-blue", "chat-green"), at],
    ["acceptance that isn't known yet", accepting(longer, unknown, "chat-blue", "chat-green"), at],
    [
      "another name, whatever is accepted",
      accepting(
        beside(vllm("--served-model-name=other", "--max-model-len=8192")),
        "contextLength",
        "chat-blue",
        "chat-green",
      ),
      at,
    ],
    ["another name", beside(vllm("--served-model-name=chat-2", "--max-model-len=8192")), at],
    [
      "a name that is missing",
      both(
        slot({ pod: vllm("--served-model-name", "chat", "assistant") }),
        green(vllm("--served-model-name", "chat")),
      ),
      at,
    ],
    ["no name", beside(vllm("--max-model-len=8192")), at],
    ["a shorter context", beside(vllm("--served-model-name=chat", "--max-model-len=4096")), at],
    ["no context", beside(vllm("--served-model-name=chat")), at],
    [
      "the last of two contexts",
      beside(vllm("--served-model-name=chat", "--max-model-len=8192", "--max-model-len=4096")),
      at,
    ],
    ["a shorter context of another engine", beside(tgi(4096)), at],
    ["Ollama under another name", beside(ollama(create("other"), "8192")), at],
    ["Ollama with another context", beside(ollama(create("chat"), "4096")), at],
    ["Ollama without a plain context", beside(ollama(create("chat"), unknown)), at],
    ["Ollama without a plain name", beside(ollama(unknown, "8192")), at],
    ["arguments that are unknown", beside(serving(unknown)), at],
    ["one argument that is unknown", beside(vllm("--served-model-name=chat", unknown)), at],
    ["a shell", beside(serving(["vllm serve /m"], { command: ["sh", "-c"] })), at],
    ["an image that is unknown", beside(serving([], { image: unknown })), at],
    [
      "a GPU container of unknown kind",
      beside({
        containers: [{ name: "engine", image: "acme/llm", resources: { limits: { "nvidia.com/gpu": 1 } } }],
      }),
      at,
    ],
    ["containers that are unknown", beside({ containers: unknown }), ["chat-green#containers.args"]],
    [
      "the second of two engines in one pod",
      beside({
        containers: [
          ...(usual.containers as readonly Wire[]),
          { ...engine, name: "second", args: ["/m", "--served-model-name=chat"] },
        ],
      }),
      ["chat-green#containers.second.args"],
    ],
    ["no engine", beside({ containers: [{ name: "proxy", image: "envoy:1" }] }), behindGreen],
    [
      "two groups without pods",
      both(blue, usualGreen).filter(({ type }) => type.startsWith("aws:")),
      ["chat-blue#engine", ...behindGreen],
    ],
    [
      "two engines that differ, beside one that can't be read",
      both(
        slot({ pod: serving(unknown) }),
        green({
          containers: [
            ...(usual.containers as readonly Wire[]),
            { ...engine, name: "second", args: ["/m", "--served-model-name=chat", "--max-model-len=4096"] },
          ],
        }),
      ),
      ["chat-blue#containers.engine.args", "chat-green#containers.second.args"],
    ],
    ["a standby without binding", without(both(blue, usualGreen), usualGreen.binding), behindGreen],
    [
      "a standby bound from another namespace",
      [
        ...without(both(blue, usualGreen), usualGreen.service),
        { ...usualGreen.service, props: withField(usualGreen.service.props, "metadata.namespace", "other") },
      ],
      behindGreen,
    ],
    [
      "a binding to a group outside the stack",
      both(blue, slot({ name: "chat-green", pod: usual, bindsTo: [] })),
      behindGreen,
    ],
    [
      "labels that are unknown",
      both(blue, slot({ name: "chat-green", pod: usual, labels: unknown })),
      behindGreen,
    ],
    [
      "a canary of its own rule",
      canary([{ httpHeader: { httpHeaderName: "x-bucket", values: ["00"] } }]),
      ["chat-blue#containers.engine.args"],
    ],
    [
      "a canary on a host in other letters",
      canary([], "Chat.Models.Internal"),
      ["chat-blue#containers.engine.args"],
    ],
    [
      "a third slot",
      [
        ...both(blue, usualGreen),
        listenerRule([[slot({ name: "chat-red" }).group, 100]], { name: "chat-red" }),
        ...slot({ name: "chat-red", pod: vllm("--served-model-name=chat", "--max-model-len=1024") }).all,
      ],
      ["chat-red#containers.engine.args"],
    ],
    ["an engine under its own image name", beside(serving(["/m"], { image: "acme/llm" })), behindGreen],
    [
      "an engine under a configured image name",
      beside(serving(["/m"], { image: "acme/llm" })),
      at,
      { config: { vllmImages: ["acme/llm", "vllm/vllm-openai"] } },
    ],
    [
      "an illegal configuration",
      beside(usual),
      ["stack#configuration.vllmImages"],
      { config: { vllmImages: { only: [] } } },
    ],
  ],
});
