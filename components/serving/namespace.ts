/** The namespace of all engines. */
export const servingNamespace = "models";
