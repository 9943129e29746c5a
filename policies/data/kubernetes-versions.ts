/** The last day of EKS standard support, by version. [EKS user guide, Kubernetes release calendar, 2026-11] */
export const kubernetesVersions: Readonly<Record<string, string>> = {
  "1.36": "2027-08-02",
  "1.35": "2027-03-27",
  "1.34": "2026-12-02",
};
