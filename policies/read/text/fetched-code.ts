const shells = "(?:(?:ba|da|k|z)?sh|python[0-9.]*|node|perl|ruby)";

/** Commands that bring a program from elsewhere and run it: installers, runners of packages, and scripts through a pipe. */
const fetching: readonly RegExp[] = [
  /\b(?:pip[0-9.]*|uv pip|pipx|conda|mamba|gem|cargo|go|apt|apt-get|apk|yum|dnf|microdnf|npm|pnpm|yarn|bun)(?:\s+-\S+)*\s+(?:install|add|ci)\b/,
  /\b(?:npx|uvx|bunx|pipx run|uv tool run|npm exec|pnpm dlx|yarn dlx|deno run)\s/,
  /\bgit(?:\s+-\S+)*\s+(?:clone|pull)\b/,
  new RegExp(`\\b(?:curl|wget|base64)\\b[^;&\\n]{0,500}\\|\\s*(?:sudo\\s+)?(?:/\\S*/)?${shells}\\b`),
  new RegExp(`\\b${shells}\\s+(?:-\\S+\\s+)*(?:<\\(\\s*|["']?\\$\\(\\s*)(?:curl|wget)\\b`),
];

/** Whether a command line runs a program that isn't in the image. */
export function fetchesCode(commandLine: string): boolean {
  return fetching.some((shape) => shape.test(commandLine));
}
