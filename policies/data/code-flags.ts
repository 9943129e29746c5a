/**
 * Flags of `vllm serve` whose value is a module, a class or a file of code.
 * [vllm 0.32.0, 2026-11-25: what reaches importlib.import_module and resolve_obj_by_qualname; logging's dictConfig]
 */
export const codeFlags: ReadonlySet<string> = new Set([
  "--middleware",
  "--logits-processors",
  "--worker-cls",
  "--worker-extension-cls",
  "--scheduler-cls",
  "--tool-parser-plugin",
  "--reasoning-parser-plugin",
  "--io-processor-plugin",
  "--model-class-overrides",
  "--log-config-file",
]);

/**
 * Keys of its JSON flags that hold the same, at whatever depth, by the same source. Names that it makes up in later
 * versions follow the same endings.
 */
export const codeKey =
  /(?:_cls|_class|_classes|_plugin|_plugins|module_path|_passes|_config_file)$|^(?:auto_map|inductor_compile_config|logits_processors|middleware)$/;
