/** Addresses of Kubernetes Services. EKS would pick it by itself from what the VPC leaves free; fixed, it can be checked. */
export const serviceRange = "172.20.0.0/16";
