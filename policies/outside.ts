/** What no rule decides, why, and what holds instead. */
export const outside: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: "An engine on CPU that a script starts, in an image of the team's own and without an accelerator",
    why: "Nothing in the resource distinguishes it from another program. Engines are recognized by their programs and by the accelerators that they request; image-registry-allowed decides which images run, image-digest-pinned that they stay the same.",
  },
  {
    what: "What is inside an image, a model's weights or a function's package",
    why: "Rules read the requests to AWS and Kubernetes, not files. Images are pinned by digest and weights by revision and hash, so that what was reviewed is what runs.",
  },
  {
    what: "Objects that a Helm release renders",
    why: "The engine sends a release as its chart and values. Charts are listed with their versions, and values may not unpin or open what the chart pins; charts in the newer form, whose objects are sent, are checked object by object.",
  },
  {
    what: "Resources that the stack only reads, by get or a stack reference",
    why: "Pulumi doesn't send them to policies. What depends on one is checked as if it were the worst case.",
  },
  {
    what: "Resources that another stack, a person or a controller creates in the account or the cluster",
    why: "A policy pack sees one stack. npm run drift compares what is live with the stack; admission control and service control policies hold for everyone.",
  },
  {
    what: "A pod that calls a hosted model with a client library",
    why: "The call is in the program. Keys of providers are Secrets that only the gateway's namespace mounts, and engines can't reach the internet.",
  },
  {
    what: "What the gateway counts and answers at run time",
    why: "Rules check its configuration and its tenants' limits. Its tests check the counting.",
  },
];
