/** A published vulnerability of an engine, and the first fixed version. */
export interface Advisory {
  readonly id: string;
  readonly what: string;
  /** Exact version, such as 0.32.0. */
  readonly fixedIn: string;
}

/** By engine, from the PyPI advisory database and the CVE list, 2026-11-20. */
const advisories: Readonly<Record<string, readonly Advisory[]>> = {
  vllm: [
    { id: "PYSEC-2026-4344", what: "a chat template exhausts the server", fixedIn: "0.32.0" },
    { id: "PYSEC-2026-4349", what: "a chat template exhausts the server", fixedIn: "0.32.0" },
    { id: "PYSEC-2026-4353", what: "a request ends the engine", fixedIn: "0.30.0" },
    { id: "CVE-2026-105757", what: "a request crashes the server", fixedIn: "0.30.0" },
    { id: "CVE-2026-105760", what: "media exhaust the server", fixedIn: "0.30.0" },
    { id: "PYSEC-2026-4350", what: "see the advisory", fixedIn: "0.24.0" },
    { id: "PYSEC-2026-2303", what: "see the advisory", fixedIn: "0.24.0" },
    { id: "CVE-2026-47155", what: "see the advisory", fixedIn: "0.22.0" },
    { id: "CVE-2026-41523", what: "see the advisory", fixedIn: "0.22.0" },
    { id: "CVE-2026-34756", what: "a request with a huge n exhausts the engine", fixedIn: "0.19.0" },
  ],
};

/** The advisories that a version of an engine is open to. @param version three numbers with dots */
export function openAdvisories(engine: string, version: string): readonly Advisory[] {
  return (advisories[engine] ?? []).filter(({ fixedIn }) => isBefore(version, fixedIn));
}

/** Versions are compared number by number: 0.9.0 is before 0.10.0. */
function isBefore(version: string, other: string): boolean {
  const others = other.split(".").map(Number);
  const differences = version.split(".").map((number, place) => Number(number) - (others[place] ?? 0));
  return (differences.find((difference) => difference !== 0) ?? 0) < 0;
}
