// How many times PyTorch's training speed ours is, model by model, and what the project asks for. Plain arithmetic over measured rows.
import { ownName } from './peers/own-name.js'
import type { PeerRow } from './results.js'

/** Least ratios of median training speeds, ours over PyTorch's. */
export interface Goals {
  readonly every: number
  /** Geometric mean of the twelve models of the report's Tables 1 and 4. */
  readonly mean: number
  readonly models: Readonly<Record<string, number>>
}

/** `required` and, where it is set, `wanted`. */
export interface GoalSet {
  readonly required: Goals
  readonly wanted?: Goals
}

const goals: Record<'newer' | 'older', GoalSet> = {
  newer: {
    required: { every: 2, mean: 3.5, models: { 'ae-3-1-1': 4.5, 'vae-5-1-2': 4 } },
    wanted: { every: 3.5, mean: 5, models: { 'ae-3-1-1': 6, 'vae-5-1-2': 5 } },
  },
  older: { required: { every: 1.2, mean: 2, models: { 'ae-3-1-1': 3, 'vae-5-1-2': 2.2 } } },
}

/** The project's goals: one set for Node 24 and later, which can have 256-bit vectors, one for those before. */
export const goalsFor = (nodeVersion: string): GoalSet => goals[parseInt(nodeVersion) >= 24 ? 'newer' : 'older']

export type Verdict = 'pass' | 'short'

export interface Ratio {
  /** A model's name, or the geometric mean's. */
  readonly name: string
  readonly ratio: number
  readonly required: number
  readonly wanted?: number
  readonly verdict: Verdict
}

export interface ModelRatio extends Ratio {
  readonly own: PeerRow
  /** PyTorch in the layout that is faster here. */
  readonly peer: PeerRow
}

const verdictOf = (ratio: number, required: number): Verdict => (ratio >= required ? 'pass' : 'short')

const goalOf = ({ every, models }: Goals, model: string) => Math.max(every, models[model] ?? 0)

export const isPyTorch = ({ peer }: PeerRow) => peer.startsWith('PyTorch')

/** One row a model that both trained, in the rows' order. Median against median. */
export function modelRatios(peers: readonly PeerRow[], { required, wanted }: GoalSet): ModelRatio[] {
  return peers.flatMap(own => {
    if (own.peer !== ownName) return []
    const rivals = peers.filter(row => row.model === own.model && isPyTorch(row))
    if (rivals.length === 0) return []
    const peer = rivals.reduce((a, b) => (b.imagesPerSecond > a.imagesPerSecond ? b : a))
    const ratio = own.imagesPerSecond / peer.imagesPerSecond
    const least = goalOf(required, own.model)
    return {
      name: own.model,
      own,
      peer,
      ratio,
      required: least,
      ...(wanted && { wanted: goalOf(wanted, own.model) }),
      verdict: verdictOf(ratio, least),
    }
  })
}

export const geometricMean = (values: readonly number[]) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)

/** Models in the geometric mean that the goal is about. */
export const goalModels = 12

/** The geometric mean over the models; null unless all twelve are there. */
export function meanRatio(ratios: readonly Ratio[], { required, wanted }: GoalSet): Ratio | null {
  if (ratios.length !== goalModels) return null
  const ratio = geometricMean(ratios.map(row => row.ratio))
  return {
    name: `geometric mean of ${goalModels}`,
    ratio,
    required: required.mean,
    ...(wanted && { wanted: wanted.mean }),
    verdict: verdictOf(ratio, required.mean),
  }
}
