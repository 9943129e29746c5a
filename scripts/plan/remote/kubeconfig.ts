import type { Properties, Wire } from "../wire.ts";

/** Where a cluster's API answers, and the base64 of its certificate authority. */
interface Api {
  readonly endpoint: Wire;
  readonly authority: Wire;
}

const recordedApi: Api = { endpoint: "https://0a1b.gr7.us-east-1.eks.amazonaws.com", authority: "Q0E=" };

/** Of a cluster's administrator, who signs in with the AWS CLI. */
export function kubeconfig({ name = "" }: Properties, api: Api = recordedApi): Properties {
  const cluster = { server: api.endpoint, "certificate-authority-data": api.authority };
  const args = ["eks", "get-token", "--cluster-name", name];
  return {
    apiVersion: "v1",
    clusters: [{ name: "kubernetes", cluster }],
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    "current-context": "aws",
    kind: "Config",
    users: [
      {
        name: "aws",
        user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args } },
      },
    ],
  };
}
