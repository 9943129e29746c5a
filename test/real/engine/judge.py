"""Asks the published vLLM what it says of command lines and shapes, on a machine without a GPU.

Reads a list of questions as JSON from standard input and writes the answers in the same order: null where the engine
accepts, otherwise its own words. What the engine learns from the driver (capability, memory) is set for each question;
everything else is the package's own code. CUDA's libraries are stand-ins that answer every call with an error, which
`stubs.py` makes: nothing computes on a GPU.
"""

import json
import os
import sys
import tempfile
import types

# Stand-ins have no symbol that isn't called here, so symbols are looked up when they are needed.
sys.setdlopenflags(os.RTLD_LAZY | os.RTLD_GLOBAL)
os.environ["VLLM_LOGGING_LEVEL"] = "CRITICAL"
os.environ["VLLM_NO_USAGE_STATS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
out = os.dup(1)
os.dup2(2, 1)  # Libraries print; the answers are alone on standard output.

import torch  # noqa: E402
import vllm.platforms as platforms  # noqa: E402
from vllm.platforms.cuda import CudaPlatformBase  # noqa: E402
from vllm.platforms.interface import DeviceCapability  # noqa: E402

GPU = {}


class Described(CudaPlatformBase):
    """A CUDA platform whose driver says what the question says."""

    @classmethod
    def get_device_capability(cls, device_id=0):
        return DeviceCapability(*divmod(GPU["capability"], 10))

    @classmethod
    def has_device_capability(cls, capability, device_id=0):
        wanted = capability if isinstance(capability, int) else capability[0] * 10 + capability[1]
        return GPU["capability"] >= wanted

    @classmethod
    def is_device_capability(cls, capability, device_id=0):
        wanted = capability if isinstance(capability, int) else capability[0] * 10 + capability[1]
        return GPU["capability"] == wanted

    @classmethod
    def is_device_capability_family(cls, capability, device_id=0):
        return GPU["capability"] // 10 == capability // 10

    @classmethod
    def get_device_name(cls, device_id=0):
        return GPU["product"]

    @classmethod
    def get_device_uuid(cls, device_id=0):
        return "GPU-0"

    @classmethod
    def get_device_total_memory(cls, device_id=0):
        return int(GPU["gib"] * 2**30)

    @classmethod
    def is_fully_connected(cls, device_ids):
        return True

    @classmethod
    def device_count(cls):
        return 8

    @classmethod
    def log_warnings(cls):
        pass


GPU.update(capability=90, gib=79.18, product="NVIDIA H100")
platforms._current_platform = Described()

from vllm.config import VllmConfig, set_current_vllm_config  # noqa: E402
from vllm.distributed import utils as distributed  # noqa: E402
from vllm.engine.arg_utils import AsyncEngineArgs  # noqa: E402
from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args  # noqa: E402
from vllm.entrypoints.launchers.launcher import validate_api_server_args  # noqa: E402
from vllm.model_executor.layers.fused_moe.oracle import fp8 as fp8_oracle  # noqa: E402
from vllm.model_executor.layers.quantization.utils import fp8_utils  # noqa: E402
from vllm.model_executor.model_loader import get_model_loader  # noqa: E402
from vllm.reasoning import ReasoningParserManager  # noqa: E402
from vllm.utils.argparse_utils import FlexibleArgumentParser  # noqa: E402
from vllm.v1.attention.selector import AttentionSelectorConfig  # noqa: E402


def start(args, config):
    """`vllm serve <args>` up to the engine's whole configuration and its loader, for a model of this config.json."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/config.json", "w") as file:
            json.dump(config, file)
        parser = make_arg_parser(FlexibleArgumentParser(prog="vllm serve"))
        parser.add_argument("model_tag", nargs="?")
        parsed = parser.parse_args([folder, *args[1:]])
        validate_parsed_serve_args(parsed)
        validate_api_server_args(parsed)
        if parsed.reasoning_parser:
            # By its name only: it reads the tokenizer's words, which the folder doesn't have.
            ReasoningParserManager.get_reasoning_parser(parsed.reasoning_parser)
            parsed.reasoning_parser = ""
        parsed.model = folder
        # The folder has no tokenizer, which is checked where weights are staged.
        parsed.skip_tokenizer_init = True
        built = AsyncEngineArgs.from_cli_args(parsed).create_engine_config()
        get_model_loader(built.load_config)
        return built


def trace(args, config, env, headers):
    """The span of an answered request, as the engine makes it and sends it where its command line says."""
    from opentelemetry import trace as api
    from starlette.requests import Request
    from vllm.entrypoints.serve.engine.serving import BaseServing
    from vllm.tracing import extract_trace_headers, init_tracer
    from vllm.v1.engine.output_processor import OutputProcessor

    os.environ.update(env)
    request = Request({"type": "http", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]})
    init_tracer("vllm.llm_engine", start(args, config).observability_config.otlp_traces_endpoint)
    times = {"arrival_time": 1, "queued_ts": 1, "scheduled_ts": 2, "first_token_ts": 3, "last_token_ts": 4}
    stats = types.SimpleNamespace(**times, first_token_latency=2, num_generation_tokens=5)
    state = types.SimpleNamespace(
        stats=stats,
        prompt_token_ids=[1, 2, 3],
        prompt_embeds=None,
        external_req_id=f"chatcmpl-{BaseServing._base_request_id(request)}",
        top_p=1.0,
        max_tokens_param=5,
        temperature=0.7,
        n=1,
    )
    answered = types.SimpleNamespace(trace_headers=extract_trace_headers(request.headers))
    OutputProcessor.do_tracing(None, answered, state, types.SimpleNamespace(iteration_timestamp=4))
    api.get_tracer_provider().shutdown()


def attention(head_size, kv_cache_dtype, latent=False, sinks=False, named=None):
    """The backend that the engine takes, as it chooses it for a layer, or the one that is named."""
    from vllm.v1.attention.backends.registry import AttentionBackendEnum

    chosen = AttentionSelectorConfig(
        head_size=head_size,
        dtype=torch.bfloat16,
        kv_cache_dtype=kv_cache_dtype,
        block_size=None,
        use_mla=latent,
        has_sink=sinks,
    )
    with set_current_vllm_config(VllmConfig()):
        path = Described.get_attn_backend_cls(AttentionBackendEnum[named] if named else None, chosen, num_heads=32)
        if "triton" not in path.lower():
            return
        # Triton's backends judge FP8 where they are made.
        module, name = path.rsplit(".", 1)
        implementation = getattr(__import__(module, fromlist=[name]), name).get_impl_cls()
        more = {"attn_type": "decoder", "kv_sharing_target_layer_name": None}
        if latent:
            sizes = ("q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "qk_head_dim", "v_head_dim")
            more.update({"kv_b_proj": None, **dict.fromkeys(sizes, 64)})
        try:
            implementation(32, head_size, 1.0, 1 if latent else 8, None, None, kv_cache_dtype, None, **more)
        except RuntimeError as error:
            # It has judged by then.
            if "No CUDA GPUs" not in str(error):
                raise


def experts(width, tensor_parallel, hidden, block, refines=True):
    """Fine-grained FP8 of a mixture: blocks as in the file, or refined where a kernel of this GPU takes them."""
    shape = types.SimpleNamespace(
        intermediate_size_per_partition=width // tensor_parallel, tp_size=tensor_parallel, hidden_dim=hidden
    )
    refined = fp8_oracle.refine_fp8_moe_block_shape(shape, [block, block]) if refines else None
    if refined is not None:
        from vllm.model_executor.layers.fused_moe.experts.triton_moe import TritonExperts
        from vllm.model_executor.layers.quantization.utils.quant_utils import (
            GroupShape,
            create_fp8_quant_key,
            kFp8Dynamic128Sym,
        )

        key = create_fp8_quant_key(static=True, group_shape=GroupShape(*refined))
        if TritonExperts._supports_quant_scheme(key, kFp8Dynamic128Sym):
            return
        raise ValueError(f"no kernel of this GPU takes blocks of {refined}")
    distributed_size(tensor_parallel)
    fp8_utils.validate_fp8_block_shape_moe(width // tensor_parallel, [block, block])


def dense(inputs, outputs, tensor_parallel, block):
    """Fine-grained FP8 of a layer that is shared out."""
    distributed_size(tensor_parallel)
    layer = types.SimpleNamespace(tp_size=tensor_parallel)
    if inputs:
        fp8_utils.validate_fp8_block_shape(
            layer, inputs, 4096, inputs // tensor_parallel, [4096], [block, block]
        )
    if outputs:
        fp8_utils.validate_fp8_block_shape(
            layer, 4096, outputs, 4096, [outputs // tensor_parallel], [block, block]
        )


def group(width, tensor_parallel, size):
    """Groups of AWQ, GPTQ and compressed-tensors in a layer whose input is shared out."""
    distributed.verify_group_size_divides_partition(width // tensor_parallel, size)


def distributed_size(size):
    import vllm.distributed

    vllm.distributed.get_tensor_model_parallel_world_size = lambda: size
    fp8_utils.get_tensor_model_parallel_world_size = lambda: size


def forget():
    """The engine keeps what it has found out of its GPU."""
    import functools
    import gc

    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and getattr(one, "__module__", "").startswith("vllm."):
            one.cache_clear()


KINDS = {"start": start, "attention": attention, "experts": experts, "dense": dense, "group": group, "trace": trace}


def answer(question):
    GPU.update(question["gpu"])
    forget()
    try:
        KINDS[question["kind"]](**question["about"])
        return None
    except SystemExit:
        return "the argument parser refuses it"
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"


answers = [answer(question) for question in json.load(sys.stdin)]
os.write(out, json.dumps(answers).encode())
