/** What is shown on a terminal while something works; nothing where the stream is no terminal. */
export interface Progress {
  /** One more thing is done. */
  readonly count: () => void;
  readonly end: () => void;
}

/** @param what is being done, such as "planning dev" */
export function showProgress(what: string, stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { count: () => undefined, end: () => undefined };
  let counted = 0;
  const line = () => `\r${what}: ${counted === 0 ? "the program starts" : `${counted} resources`} `;
  const show = () => stream.write(line());
  show();
  const timer = setInterval(show, 100).unref();
  return {
    count: () => {
      counted += 1;
    },
    end: () => {
      clearInterval(timer);
      // Back to the line's begin, and everything behind it away.
      stream.write("\r\u001b[K");
    },
  };
}
