/** Records signals to end, so that a command ends where that is safe. */
export function interruption(): { readonly signal: AbortSignal; ignore(): void } {
  const controller = new AbortController();
  const note = () => controller.abort();
  // Listeners that stay: without one, a signal between two programs that this command runs would end it at once.
  process.on("SIGINT", note).on("SIGTERM", note);
  return {
    signal: controller.signal,
    ignore: () => {
      process.off("SIGINT", note).off("SIGTERM", note);
    },
  };
}
