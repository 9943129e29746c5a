import { gatewayFallbacksResolve as rule } from "../../../../policies/rules/traffic/gateway-fallbacks-resolve.ts";
import type { Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { configMap, configWith, inConfig, unreadable } from "../../gateway-stack.ts";

const router = (field: string) => `router_settings.${field}`;
const falls = (...entries: readonly Wire[]) => configWith(router("fallbacks"), [...entries]);
const at = (path: string) => [inConfig(router(path))];
/** The way of the alias that leads to the model in the circle. */
const alias = at("model_group_alias.0");
const silent = "model_list.0.litellm_params.silent_model";

cases(rule, {
  passes: [
    ["fallbacks, an alias and a copy", configMap()],
    ["no fallbacks", falls()],
    ["one for every model, itself included", configWith(router("default_fallbacks"), ["opus"])],
    ["one for every model, in the list", falls({ "*": ["opus"] })],
    ["a chain", falls({ chat: ["chat-standby"] }, { "chat-standby": ["opus"] })],
    ["two ways to one end", falls({ chat: ["opus", "chat-standby"] }, { "chat-standby": ["opus"] })],
    [
      "an alias that is hidden",
      configWith(router("model_group_alias"), { gpt: { model: "opus", hidden: true } }),
    ],
    ["copies to several", configWith(silent, ["opus", "chat-standby"])],
  ],
  reports: [
    ["a provider's id", falls({ chat: ["openai/gpt-4o"] }), at("fallbacks.0.0")],
    ["one bad target of two", falls({ chat: ["opus", "gone"] }), at("fallbacks.0.1")],
    [
      "bad targets of two",
      falls({ chat: ["gone"] }, { opus: ["gone"] }),
      [...at("fallbacks.0.0"), ...at("fallbacks.1.0")],
    ],
    ["a default to nothing", configWith(router("default_fallbacks"), ["gone"]), at("default_fallbacks.0")],
    [
      "a longer context at an unknown model",
      configWith(router("context_window_fallbacks"), [{ chat: ["gone"] }]),
      at("context_window_fallbacks.0.0"),
    ],
    [
      "another filter at an unknown model",
      configWith(router("content_policy_fallbacks"), [{ chat: ["gone"] }]),
      at("content_policy_fallbacks.0.0"),
    ],
    [
      "a fallback in the other section",
      configWith("litellm_settings.fallbacks", [{ chat: ["gone"] }]),
      [inConfig("litellm_settings.fallbacks.0.0")],
    ],
    [
      "an alias for nothing",
      configWith(router("model_group_alias"), { gpt: "gone" }),
      at("model_group_alias.0"),
    ],
    [
      "a hidden alias for nothing",
      configWith(router("model_group_alias"), { gpt: { model: "gone" } }),
      at("model_group_alias.0"),
    ],
    ["a copy to nothing", configWith(silent, "gone"), [inConfig(silent)]],
    ["itself", falls({ chat: ["chat"] }), [...at("fallbacks.0.0"), ...alias]],
    ["itself, beside another one", falls({ chat: ["opus", "chat"] }), [...at("fallbacks.0.1"), ...alias]],
    [
      "a circle, and no way into it that is open to every model",
      falls({ "*": ["opus"] }, { chat: ["opus"] }, { opus: ["chat"] }),
      [...at("fallbacks.1.0"), ...at("fallbacks.2.0"), ...alias],
    ],
    [
      "a circle of two",
      falls({ chat: ["opus"] }, { opus: ["chat"] }),
      [...at("fallbacks.0.0"), ...at("fallbacks.1.0"), ...alias],
    ],
    [
      "a circle over two lists",
      configWith(router("context_window_fallbacks"), [{ opus: ["chat"] }]),
      [...at("context_window_fallbacks.0.0"), ...at("fallbacks.0.0"), ...alias],
    ],
    [
      "a circle through an alias",
      configWith("router_settings", { fallbacks: [{ chat: ["opus"] }], model_group_alias: { opus: "chat" } }),
      [...at("fallbacks.0.0"), ...at("model_group_alias.0")],
    ],
    ["a text instead of a list", configWith(router("fallbacks"), "opus"), at("fallbacks.0")],
    ["a target that is no text", falls({ chat: [{ model: "opus" }] }), at("fallbacks.0.0")],
    ["targets that are a text", falls({ chat: "opus" }), at("fallbacks.0.0")],
    ["aliases as a list", configWith(router("model_group_alias"), []), at("model_group_alias")],
    ...unreadable,
  ],
});
