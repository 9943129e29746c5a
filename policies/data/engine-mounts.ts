/** Where the engines' images have programs, packages and what the loader reads; a mount there replaces code. */
export const programFolders =
  /^\/+(?:$|(?:app|bin|etc|lib|lib32|lib64|opt|sbin|usr|vllm-workspace|workspace)(?:\/|$)|.*\/(?:site|dist)-packages(?:\/|$)|root\/(?:\.local|\.config)(?:\/|$))/;
/** Volumes whose content is the stack's own, a pinned image, a scratch folder, or a disk that the cluster makes. */
export const volumeKinds: readonly string[] = [
  "configMap",
  "downwardAPI",
  "emptyDir",
  "hostPath",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
