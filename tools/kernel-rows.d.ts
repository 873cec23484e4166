/** Markdown: how many kernels there are, and a row for each. */
export function kernelTable(
  kernels: ReadonlyMap<string, { readonly origin: string }>,
  otherTypesOf: (kernelName: string) => readonly string[],
): string
