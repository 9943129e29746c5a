/** In CI random tests run as often as the figures in the documentation say; elsewhere often enough to find a slip. */
export const thorough = process.env.CI === "true";
