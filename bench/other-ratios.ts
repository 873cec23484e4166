// What the project asks for on other people's models: our backend against tfjs's cpu backend, one thread each, and our trainer against
// PyTorch with as many threads. Plain arithmetic over measured rows.
import { backendContender, trainerContender } from './peers/own-name.js'
import { isPyTorch, type Verdict } from './ratios.js'
import type { PeerRow } from './results.js'
import { type Column, speed, times } from './table.js'

/** Least ratios of median training speeds. */
export const otherGoals = { cpu: 10, pyTorch: 0.5 } as const

export interface OtherRatio {
  readonly model: string
  readonly own: PeerRow
  readonly peer: PeerRow
  readonly ratio: number
  readonly wanted: number
  readonly verdict: Verdict
}

const isCpu = ({ peer }: PeerRow) => peer.startsWith('tfjs cpu')

/** Two rows a model, less where a contender was not measured. Of PyTorch's layouts the one that is faster here. */
export function otherRatios(rows: readonly PeerRow[]): OtherRatio[] {
  const training = rows.filter(({ does }) => does === 'training')
  const beside = (own: PeerRow, isRival: (row: PeerRow) => boolean, wanted: number): OtherRatio[] => {
    const rivals = training.filter(row => row.model === own.model && isRival(row))
    if (rivals.length === 0) return []
    const peer = rivals.reduce((a, b) => (b.imagesPerSecond > a.imagesPerSecond ? b : a))
    const ratio = own.imagesPerSecond / peer.imagesPerSecond
    return [{ model: own.model, own, peer, ratio, wanted, verdict: ratio >= wanted ? 'pass' : 'short' }]
  }
  return training.flatMap(own => {
    if (own.peer === backendContender) return beside(own, isCpu, otherGoals.cpu)
    const isRival = (row: PeerRow) => isPyTorch(row) && row.threads === own.threads
    return own.peer === trainerContender ? beside(own, isRival, otherGoals.pyTorch) : []
  })
}

export const otherColumns: readonly Column<OtherRatio>[] = [
  ['model', row => row.model],
  ['', row => row.own.peer],
  ['threads', row => row.own.threads],
  ['images/s', row => speed(row.own.imagesPerSecond)],
  ['beside', row => row.peer.peer],
  ['images/s', row => speed(row.peer.imagesPerSecond)],
  ['ratio', row => times(row.ratio)],
  ['wanted', row => row.wanted],
  ['', row => row.verdict],
]
