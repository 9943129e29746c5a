import type { Exemption } from "./lib/exemption.ts";

/** Findings that are let pass, each until a date. What is listed here shows up as a note in every preview. */
export const exemptions: readonly Exemption[] = [];
