// Stands in for the optional package `canvas` (native) that vega looks for: the bundler leads its import here (tools/resolve-rules.js).
// Our charts are SVG; nothing is measured or drawn on a canvas.
export {}
