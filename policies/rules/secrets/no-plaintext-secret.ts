import { harmlessArguments, secretArguments, withPasswords } from "../../data/password-arguments.ts";
import { secretProperties } from "../../data/secret-properties.ts";
import type { Finding, Resource, ResourceRule } from "../../framework/rule.ts";
import { at, isFields, isList, type Value } from "../../framework/value.ts";
import { machines, outsideContainers, programs } from "../../read/engine/outside-compute.ts";
import { chartReleases, nodeClass } from "../../read/kubernetes/cluster.ts";
import {
  commandLineSecrets,
  containerSecrets,
  secretInWord,
  variableSecrets,
} from "../../read/kubernetes/container-secrets.ts";
import { containers, podSpecs, workloads } from "../../read/kubernetes/containers.ts";
import { fromBase64 } from "../../read/text/base64.ts";
import {
  annotationSecrets,
  configMapSecrets,
  entrySecrets,
  mountOptions,
  program,
  type SecretPlace,
  settingName,
  settingSecrets,
  underNames,
} from "../../read/text/named-secrets.ts";
import { leaves, plainSecret, secretInText } from "../../read/text/plain-secret.ts";
import { holdsToken, looksSecret } from "../../read/text/secret-name.ts";
import { yaml } from "../../read/text/yaml.ts";

const parameter = "aws:ssm/parameter:Parameter";
/** Types that hold references to secrets, and accept values in their place. */
const stores = [
  "kubernetes:external-secrets.io/v1:SecretStore",
  "kubernetes:external-secrets.io/v1:ClusterSecretStore",
];
const externalSecret = "kubernetes:external-secrets.io/v1:ExternalSecret";
const apiKey = "aws:apigateway/apiKey:ApiKey";
const storeKey = "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey";
const functions = "aws:lambda/function:Function";
const configMaps = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"];

const allowed =
  "valueFrom.secretKeyRef, the name of a Secret, or os.environ/NAME in a gateway's configuration; everything else known at preview";

export const noPlaintextSecret: ResourceRule = {
  name: "no-plaintext-secret",
  title: "No password, key or token is in plaintext in pods, settings, functions or user data.",
  why: "Whoever may read the cluster's objects, the state or the repository has a plaintext key, and it can't be rotated without a release.",
  fix: "Put the value into Secrets Manager with npm run put-secret, bring it in with an ExternalSecret, and refer to that Secret.",
  severity: "critical",
  relatedChecks: ["CKV_K8S_35", "polaris:sensitiveContainerEnvVar"],
  // A credential of a known shape is one wherever it is written.
  resourceTypes: ["aws:*", "kubernetes:*", "pulumi:providers:*"],
  example: {
    good: "env: [{ name: VLLM_API_KEY, valueFrom: { secretKeyRef: { name: engine-api-key, key: key } } }]",
    bad: "env: [{ name: VLLM_API_KEY, value: the-key }]",
  },

  check(resource) {
    const found = bySettings(resource).map((one): Finding => ({ allowed, ...one }));
    return found.length > 0 ? found : tokensIn(resource);
  },
};

function bySettings(resource: Resource): readonly SecretPlace[] {
  if (configMaps.includes(resource.type)) return configMapSecrets(resource.props);
  if (chartReleases.includes(resource.type))
    return ["values", "repositoryOpts"].flatMap((path) => settingSecrets(path, at(resource.props, path)));
  if (resource.type.startsWith("aws:")) return inAccount(resource);
  if (resource.type.startsWith("pulumi:")) return ofProvider(resource.props);
  if (stores.includes(resource.type)) return inStore(at(resource.props, "spec"));
  if (resource.type === externalSecret)
    return entrySecrets(
      "spec.target.template.data",
      at(resource.props, "spec", "target", "template", "data"),
      plainSecret,
    );
  if (resource.type === nodeClass) return inUserData("spec.userData", at(resource.props, "spec", "userData"));
  if (workloads.includes(resource.type))
    return [...containers(resource).flatMap(containerSecrets), ...inAnnotations(resource)];
  return inObject(resource);
}

/** Kinds in which such names are those of keys, types and fields, or whose values other rules check. */
const namesOnly =
  /:(?:\w*ExternalSecret|Password|PushSecret|SealedSecret|CustomResourceDefinition|Secret(?:List|Patch)?|(?:Cluster)?Role(?:Binding)?(?:Patch)?)$/;

/** The settings of an object of another kind, such as a scaler's or a volume's. */
function inObject({ type, props }: Resource): readonly SecretPlace[] {
  if (namesOnly.test(type)) return inTemplate(type, props);
  return [
    ...["spec", "parameters", "provisioner"].flatMap((path) =>
      underNames(path, at(props, path), namesSecret),
    ),
    ...annotationSecrets("metadata.annotations", at(props, "metadata", "annotations")),
    ...mountOptions("spec.mountOptions", at(props, "spec", "mountOptions")),
  ];
}

/** Whether a setting is the name of a Secret, such as `basicAuth.secret` of Traefik's. */
function namesSecret(name: string, value: string): boolean {
  return name === "secret" && /^[a-z][a-z-]*$/.test(value);
}

/** The Secret that a ClusterExternalSecret makes in namespaces. */
function inTemplate(type: string, props: Value): readonly SecretPlace[] {
  if (!type.endsWith(":ClusterExternalSecret")) return [];
  const path = ["spec", "externalSecretSpec", "target", "template", "data"];
  return entrySecrets(path.join("."), at(props, ...path), plainSecret);
}

function inAnnotations(resource: Resource): readonly SecretPlace[] {
  return podSpecs(resource).flatMap(({ prefix, metadata }) =>
    annotationSecrets(`${prefix}annotations`, at(metadata, "annotations")),
  );
}

function inAccount(resource: Resource): readonly SecretPlace[] {
  const { type, props } = resource;
  if (type === parameter) {
    const name = at(props, "name");
    const last = typeof name === "string" ? (name.split("/").at(-1) ?? "") : resource.name;
    // Encrypted parameters are covered by secret-value-not-in-code.
    const isPlain = at(props, "type") === "String" || at(props, "type") === "StringList";
    return isPlain ? ["value", "insecureValue"].flatMap((field) => named(field, last, at(props, field))) : [];
  }
  // Of pages and programs only the shape of credentials is checked.
  const key = at(props, "key");
  if (type.startsWith("aws:s3/") && typeof key === "string" && program.test(key)) return [];
  if (type === apiKey) return named("value", "apiKey", at(props, "value"));
  if (withPasswords.includes(type))
    return leaves("", props).flatMap(({ path, value }) => named(path.slice(1), settingName(path), value));
  if (type === functions) return variablesIn("environment.variables", at(props, "environment", "variables"));
  if (type === storeKey && typeof key === "string") return named("value", key, at(props, "value"));
  if (!machines.includes(type) && !programs.includes(type)) return inArguments(resource);
  return [
    ...outsideContainers(resource).flatMap((container) => [
      ...variableSecrets(container),
      ...commandLineSecrets(container, "command", (word) => typeof word === "string" && secretInWord(word)),
      ...commandLineSecrets(container, "args", (word) => typeof word === "string" && secretInWord(word)),
    ]),
    ...["userData", "userDataBase64"].flatMap((field) => inUserData(field, at(props, field))),
    ...inDefinitions(props),
  ];
}

/** What a task or a job has besides its variables, such as options of a log driver and parameters. */
function inDefinitions(props: Value): readonly SecretPlace[] {
  return ["containerDefinitions", "containerProperties", "parameters"].flatMap((name) => {
    const written = at(props, name);
    if (typeof written !== "string") return underNames(name, written, isHarmless);
    const document = yaml(written);
    return "problem" in document ? [] : underNames(name, document.value, isHarmless);
  });
}

/** Arguments of all other types by their names. */
function inArguments({ type, props }: Resource): readonly SecretPlace[] {
  const own = secretProperties[type] ?? [];
  const references = stored(props);
  const keys = (secretArguments[type] ?? []).filter((name) => typeof at(props, name) === "string");
  return [
    ...keys.map((path) => ({ path, problem: "the setting is a secret" })),
    ...underNames("", props, isHarmless).filter(
      ({ path }) => !own.includes(path) && !keys.includes(path) && !isTag(path) && !references.includes(path),
    ),
  ];
}

function isHarmless(name: string): boolean {
  return harmlessArguments.has(name);
}

/** Where a build names parameters and secrets instead of values. [CodeBuild, EnvironmentVariable] */
function stored(props: Value): readonly string[] {
  const path = ["environment", "environmentVariables"];
  const variables = at(props, ...path);
  return (isList(variables) ? variables : []).flatMap((variable, index) => {
    const type = at(variable, "type");
    return type === "PARAMETER_STORE" || type === "SECRETS_MANAGER"
      ? [`${path.join(".")}.${index}.value`]
      : [];
  });
}

function isTag(path: string): boolean {
  return /^tags(?:All)?\./.test(path);
}

/** An unknown value doesn't count as a secret: most are names and addresses of other resources. */
function named(path: string, name: string, value: Value): readonly SecretPlace[] {
  if (typeof value === "symbol" && !looksSecret(name)) return [];
  const problem = plainSecret(name, value);
  return problem === undefined ? [] : [{ path, problem: `the setting ${problem}` }];
}

function variablesIn(path: string, value: Value): readonly SecretPlace[] {
  if (value === undefined) return [];
  if (!isFields(value)) return [{ path, problem: "isn't known at preview, so it may contain a secret" }];
  return Object.entries(value).flatMap(([name, inner]) => named(`${path}.${name}`, name, inner));
}

function inUserData(path: string, value: Value): readonly SecretPlace[] {
  if (typeof value !== "string") return [];
  const problem = secretInText(value) ?? secretInText(fromBase64(value));
  return problem === undefined ? [] : [{ path, problem: `the user data ${problem}` }];
}

/** A store refers to secrets; a literal value in it is a secret, and so is a header with a token. */
function inStore(spec: Value): readonly SecretPlace[] {
  const fake = at(spec, "provider", "fake");
  const found = leaves("spec.provider", at(spec, "provider")).filter(
    ({ path, name, value }) =>
      !/ecretRef\b/i.test(path) &&
      (plainSecret(name, value) !== undefined ||
        (typeof value === "string" && /^(?:bearer|basic|token)\s+(?!\{\{)\S{8,}/i.test(value))),
  );
  return [
    ...found.map(({ path }) => ({ path, problem: "the store contains a secret's value" })),
    ...(fake === undefined
      ? []
      : [{ path: "spec.provider.fake", problem: "the store contains its own values" }]),
  ];
}

/** Credentials by their shape, wherever they are: who may read the object or the state can read them. */
function tokensIn({ type, props }: Resource): Finding[] {
  // Rule secret-value-not-in-code covers them.
  const secrets = secretProperties[type] ?? [];
  return leaves("", props)
    .map(({ path, value }) => ({ path: path.replace(/^\./, ""), value }))
    .filter(({ path, value }) => typeof value === "string" && !secrets.includes(path) && holdsToken(value))
    .map(({ path }) => ({ path, problem: "contains what looks like a credential", allowed }));
}

/** A provider's other settings are names, addresses and files. */
function ofProvider(props: Value): readonly SecretPlace[] {
  const settings = isFields(props) ? Object.entries(props) : [];
  return settings.flatMap(([name, value]) => {
    if (looksSecret(name)) return named(name, name, value);
    const problem = name === "kubeconfig" && typeof value === "string" ? secretInText(value) : undefined;
    return problem === undefined ? [] : [{ path: name, problem: `the setting ${problem}` }];
  });
}
