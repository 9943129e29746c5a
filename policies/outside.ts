/** What no rule checks, why, and what covers it instead. */
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
    what: "What a component of manifests contains, such as yaml.v2.ConfigGroup",
    why: "Its provider makes the objects, and the engine sends each to the rules. The component itself is refused only where its source isn't pinned; npm start refuses to plan one whose objects it can't see.",
  },
  {
    what: "Resources that the stack only reads, by get or a stack reference",
    why: "Pulumi doesn't send them to policies. What depends on one is checked as if it were the worst case.",
  },
  {
    what: "What a role of another stack may do, such as one that a Pod Identity association or a service account names by its ARN",
    why: "Its policies aren't in the stack. Who may pass a role is decided by the deployment's own permissions, which npm run bootstrap limits to this stack's names.",
  },
  {
    what: "The Pod Security level of a namespace, by its labels or a patch of them",
    why: "Every pod that the stack declares is checked by itself. The level is for pods that others create in the namespace.",
  },
  {
    what: "Capacity that is billed and runs nothing by itself: capacity reservations, capacity blocks and dedicated hosts",
    why: "Instances that use them are covered as instances. What they cost is in the account's budget, which budget-alert-present requires.",
  },
  {
    what: "Images that AWS pins itself at deployment: those of Lambda functions and ECS services by a tag",
    why: "Lambda keeps the digest that a tag had at the update, and ECS that of a service's deployment, so a moved tag changes nothing that runs.",
  },
  {
    what: "Resources that another stack, a person or a controller creates in the account or the cluster",
    why: "A policy pack sees one stack. npm run drift compares what is live with the stack; admission control and service control policies hold for everyone.",
  },
  {
    what: "A pod or a function that calls a hosted model with a client library, and the name of the model that it calls",
    why: "The call is in the program. Keys of providers are Secrets that only the gateway's namespace mounts, and engines can't reach the internet.",
  },
  {
    what: "What the gateway counts and answers at run time, and the code and settings of its extension",
    why: "Rules check its configuration and its tenants' limits. The extension refuses settings that it doesn't know; its tests check the counting.",
  },
  {
    what: "Access that a policy, a grant or a share of a snapshot gives to an account by its number",
    why: "Only people know which accounts are the team's. The number is part of the reviewed change; everyone and every account are refused.",
  },
  {
    what: "Service principals of resource policies that name no source",
    why: "Which of them act for other accounts differs by service, and AWS's own examples for log delivery name none. Service principals are AWS's; everyone is refused.",
  },
  {
    what: "Names in IAM policies that end in a wildcard, such as a path of secrets",
    why: "A team's boundary may be a path. All resources of a kind, resources of any account and parts of names of buckets are refused.",
  },
  {
    what: "Policies of VPC endpoints and REST APIs",
    why: "An endpoint's policy only narrows what identities may do already. A REST API is a public entry, which internet-facing-expected refuses unless it is listed.",
  },
  {
    what: "The users and groups of the cluster's identity provider",
    why: "They carry a prefix that cluster-access-by-entries requires, and their permissions are in bindings, which rbac-narrow checks.",
  },
  {
    what: "Routes and links between networks, such as peering, transit gateways, VPC Lattice, network ACLs, NodePorts and parts of public entries",
    why: "They open nothing by themselves: security groups and network policies control access, and public entries are refused wherever they start.",
  },
  {
    what: "Websites of buckets",
    why: "A website serves only what everyone may read. bucket-not-public refuses public read access.",
  },
  {
    what: "Pods that select GPU nodes without tolerating their taint or requesting a GPU",
    why: "They are never scheduled: GPU nodes carry a taint, which gpu-nodes-tainted requires. Tolerating it, and skipping the scheduler by nodeName, are refused.",
  },
  {
    what: "Engine flags that only change speed, formats or telemetry, and those that an engine ignores, such as a revision next to a staged copy",
    why: "They bring neither code nor weights nor routes. An engine reaches only what its NetworkPolicies name, whatever address it is given.",
  },
  {
    what: "Weights that a pod downloads and no engine loads, and the script of a staging Job",
    why: "Engines load only what model-source-allowed lists, at a commit. Each slot compares its files with the manifest of the staging before it starts.",
  },
  {
    what: "The number of pods and CPU nodes, and the order in which pods are evicted",
    why: "The plan compares their cost at the maximum with the budget. GPU pools have limits, and slots keep their minimum of replicas.",
  },
  {
    what: "Minor versions of services that AWS patches, such as caches and databases",
    why: "AWS ends the support of each and replaces it. Engines, charts, add-ons, machine images and models, which the stack runs itself, are pinned.",
  },
  {
    what: "Values that AWS or Kubernetes refuses itself, such as two listener rules of one priority, a record with both an alias and a value, or a target group of another VPC",
    why: "The update fails at that resource, before traffic moves. Rules check what both accept.",
  },
  {
    what: "Settings that only spread or delay requests, such as session affinity, slow start, extra ready seconds, IPv6, subnets and keep-alive of load balancers",
    why: "They change when a request is answered, not by which model or for whom, and a rollout's gates compare latency and errors before traffic moves.",
  },
  {
    what: "Addresses that names resolve to in a pod, by hostAliases, dnsConfig or dnsPolicy",
    why: "Network policies decide which addresses an engine reaches, whatever a name resolves to, and engine-egress-narrow checks them.",
  },
  {
    what: "Which value of Secrets Manager an ExternalSecret brings, by its store, key and property",
    why: "The store's role decides what can be read, and other stacks own secrets too. references-resolve requires that the pod's Secret and its key are made.",
  },
];
