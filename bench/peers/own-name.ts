// Our own rows' name among the peers'. A file of its own, so that reading results needs no backend.

export const ownName = 'eyes-wasm'
