/**
 * Programs and Python modules that serve models and whose flags no rule reads, each by the first word of its command.
 * [Each project's own documentation: SGLang, LMDeploy, Triton, TensorRT-LLM, llama.cpp, llama-cpp-python, TEI, Infinity,
 * MLC LLM, Aphrodite, FastChat, LoRAX, Xinference, LocalAI, KoboldCpp, TabbyAPI, OpenLLM, mistral.rs, TorchServe, DJL,
 * KTransformers, Dynamo, GPUStack, MLServer, OpenVINO Model Server, 2026-11]
 */
export const otherPrograms: ReadonlySet<string> = new Set([
  "aphrodite",
  "dynamo",
  "dynamo-run",
  "djl-serving",
  "fastchat",
  "gpustack",
  "infinity_emb",
  "koboldcpp",
  "koboldcpp.py",
  "ktransformers",
  "llama-box",
  "llama-cli",
  "llama-server",
  "llama_cpp",
  "llamafile",
  "lmdeploy",
  "local-ai",
  "lorax-launcher",
  "mistralrs-server",
  "mlc_llm",
  "mlserver",
  "openllm",
  "ovms",
  "sglang",
  "tabbyAPI",
  "tabbyapi",
  "tensorrt_llm",
  "text-embeddings-router",
  "torchserve",
  "tritonserver",
  "trtllm-serve",
  "xinference",
  "xinference-local",
  "xinference-worker",
]);

/** Programs that serve models by one of their commands only. [Transformers CLI; Ray Serve CLI; BentoML CLI] */
export const servingCommands: ReadonlySet<string> = new Set([
  "bentoml serve",
  "serve deploy",
  "serve run",
  "transformers serve",
]);

/** Where these are published; the same path behind another registry's prefix counts too. */
export const otherImages: readonly string[] = [
  "deepjavalibrary/djl-serving",
  "ggerganov/llama.cpp",
  "ggml-org/llama.cpp",
  "gpustack/gpustack",
  "huggingface/text-embeddings-inference",
  "lmsysorg/sglang",
  "localai/localai",
  "michaelf34/infinity",
  "nvidia/tritonserver",
  "openmmlab/lmdeploy",
  "openvino/model_server",
  "predibase/lorax",
  "pytorch/torchserve",
  "rayproject/ray-llm",
  "rocm/vllm",
  "vllm/vllm-openai-rocm",
  "vllm/vllm-tpu",
  "xprobe/xinference",
];

/** Words of an image's repository that make an engine likely, as in `acme/vllm-cuda`. `nim` are NVIDIA's. */
export const engineWords: ReadonlySet<string> = new Set([
  "aphrodite",
  "koboldcpp",
  "llama",
  "llamacpp",
  "lmdeploy",
  "localai",
  "lorax",
  "nim",
  "ollama",
  "sglang",
  "tgi",
  "trtllm",
  "tritonserver",
  "vllm",
]);
