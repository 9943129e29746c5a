/** A progress line on a terminal; none where the stream is not a terminal. */
export interface Progress {
  /** Counts one more item. */
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
