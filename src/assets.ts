// Where the built files lie: beside the bundle in an installed package, in dist/ when the source itself is run (tests).

/** URL of a file of dist/. */
export function assetUrl(name: string): URL {
  return new URL(import.meta.url.endsWith('.ts') ? `../dist/${name}` : `./${name}`, import.meta.url)
}
