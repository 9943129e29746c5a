import { quantizationNative as rule } from "../../../../policies/rules/serving/quantization-native.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import {
  a10g,
  chatArgs,
  chatOn,
  gpuEngine,
  group,
  h100,
  l40s,
  largeArgs,
  on,
  slot,
  stored,
} from "../../gpu-slot.ts";

const args = "chat-blue#containers.engine.args";
const gptOss = "s3://gantry-dev-models/openai/gpt-oss-20b/6cee5e81ee83917806bbde320786a8fb61efebee";

cases(rule, {
  passes: [
    ["FP8 on L40S", chatOn(l40s, largeArgs)],
    ["FP8 on H100", chatOn(h100, largeArgs)],
    ["a format that only saves memory", chatOn(a10g)],
    ["unquantized weights", chatOn(a10g, [stored.llama8b])],
    ["MXFP4 on H100", chatOn(h100, [gptOss])],
    ["secret arguments", chatOn(h100, secret(largeArgs))],
    ["pods without an engine", [slot([{ name: "proxy", image: "envoy:1" }])]],
  ],
  reports: [
    ["FP8 on A10G", chatOn(a10g, largeArgs), [args]],
    ["FP8 on one of two pools", [slot([gpuEngine(largeArgs)], {}), h100, a10g], [args]],
    ["MXFP4 on L40S", chatOn(l40s, [gptOss]), [args]],
    [
      "weights that are quantized to FP8 while they load on A10G",
      chatOn(a10g, [stored.llama8b, "-q=fp8"]),
      [args],
    ],
    ["a quantization of a plug-in", chatOn(a10g, [...chatArgs, "--quantization=gguf"]), [args]],
    ["a model without a row", chatOn(h100, ["/weights"]), [args]],
    ["no pool", [slot([gpuEngine(largeArgs)])], [args]],
    ["unknown arguments", chatOn(h100, unknown), [args]],
    ["a number for arguments", chatOn(h100, 1), [args]],
    [
      "both pods of a group",
      [group([gpuEngine(largeArgs)], on(a10g)), a10g],
      [
        "chat-blue-1#leaderTemplate.containers.engine.args",
        "chat-blue-1#workerTemplate.containers.engine.args",
      ],
    ],
  ],
});
