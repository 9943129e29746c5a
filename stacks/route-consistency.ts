import { own } from "../components/shared/own.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";
import type { RouteSettings, Settings } from "./schema.ts";

/** Checks that routes name existing models, and enough of them. */
export function routeProblems(settings: Settings): Problem[] {
  return Object.entries(settings.routes).flatMap(([name, route]) => {
    const path = `routes.${name}`;
    return [
      ...unknownModels(path, route, settings),
      ...strategyProblems(path, route),
      ...importantProblems(path, route, settings),
    ];
  });
}

function unknownModels(path: string, route: RouteSettings, { models, hosted }: Settings): Problem[] {
  const all = [...Object.keys(models), ...Object.keys(hosted)];
  const named = [
    { at: "selfHosted", name: route.selfHosted, known: Object.keys(models) },
    { at: "hosted", name: route.hosted, known: Object.keys(hosted) },
    ...Object.entries(route.fallbacks ?? {}).flatMap(([kind, names]) =>
      (names ?? []).map((name, index) => ({ at: `fallbacks.${kind}.${index}`, name, known: all })),
    ),
  ];
  return named.flatMap(({ at, name, known }) =>
    name === undefined || known.includes(name)
      ? []
      : [{ path: `${path}.${at}`, value: name, message: `no such model${suggestion(name, known)}` }],
  );
}

function strategyProblems(path: string, { strategy, selfHosted, hosted }: RouteSettings): Problem[] {
  if (strategy !== "balanced" && strategy !== "auto") return [];
  const missing = selfHosted === undefined ? "selfHosted" : hosted === undefined ? "hosted" : undefined;
  if (missing === undefined) return [];
  const message = `chooses between a self-hosted and a hosted model; add ${path}.${missing}, or take cost or quality`;
  return [{ path: `${path}.strategy`, value: strategy, message }];
}

function importantProblems(path: string, route: RouteSettings, { hosted }: Settings): Problem[] {
  if (!route.important) return [];
  const names = [route.hosted, ...(route.fallbacks?.any ?? [])];
  const providers = new Set(names.flatMap((name) => own(hosted, name ?? "")?.provider ?? []));
  if (providers.size >= 2) return [];
  const message = `${providers.size === 0 ? "no provider serves it" : `only ${[...providers].join()} serves it`}; add hosted models of two providers to hosted and fallbacks.any, or take important out`;
  return [{ path: `${path}.important`, value: true, message }];
}
