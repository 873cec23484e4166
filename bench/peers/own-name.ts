// Our own rows' names among the peers'. A file of its own, so that reading results needs no backend.

export const ownName = 'eyes-wasm'

/** Beside other people's models: the backend alone, on one thread, and the trainer over all of them. */
export const backendContender = 'eyes-wasm backend'
export const trainerContender = 'eyes-wasm ParallelTrainer'

/** Whether a row beside other people's models is one of ours. */
export const isOwn = ({ peer }: { readonly peer: string }) => peer === backendContender || peer === trainerContender
