/** What no rule decides, why, and what holds instead. */
export const outside: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: "An engine on CPU that a script starts, in an image of the team's own and without an accelerator",
    why: "Nothing in the resource tells it from another program. Engines are known by their programs and by the accelerators that they ask for; image-registry-allowed decides which images run, image-digest-pinned that they stay the same.",
  },
  {
    what: "What is inside an image, a model's weights or a function's package",
    why: "Rules read what is asked of AWS and Kubernetes, not files. Images are pinned by digest and weights by revision and hash, so that what was reviewed is what runs.",
  },
  {
    what: "Objects that a Helm release renders",
    why: "The engine sends a release as its chart and values. Charts are listed with their versions, and values may not unpin or open what the chart pins; charts in the newer form, whose objects are sent, are judged object by object.",
  },
  {
    what: "Resources that the stack only reads, by get or a stack reference",
    why: "Pulumi shows them to no policy. What hangs on one is judged as if it were the worst that may stand there.",
  },
  {
    what: "What others make in the account or in the cluster, with another stack, by hand or by a controller",
    why: "A policy pack sees one stack. npm run drift compares what is live with the stack; admission control and service control policies hold for everyone.",
  },
  {
    what: "A pod that calls a hosted model with a client library",
    why: "The call is in the program. Keys of providers are Secrets that only the gateway's namespace mounts, and engines have no way out to the internet.",
  },
  {
    what: "What the gateway counts and answers while it runs",
    why: "Rules judge its configuration and its tenants' limits. Its tests judge the counting.",
  },
];
