// What a reproduction has to show, as plain data: filled by reproduce.ts, worded by tables.ts and content.ts.
import type { Block, PageContent } from '../../report/page/content.js'
import type { QualityReport } from '../../training/apply.js'
import type { ReproduceSettings } from './state.js'
import type { TrialResult } from './trials.js'

/** Everything that there is to show; what was not asked for or not run yet is null or missing. */
export interface ReproduceResults {
  readonly items: readonly string[]
  readonly settings: ReproduceSettings
  readonly images: number
  readonly totalImages: number
  readonly trials: ReadonlyMap<string, TrialResult>
  /** Best models from their files, as `evaluate` measures them, by trial id. */
  readonly evaluations: ReadonlyMap<string, QualityReport>
  /** Printed architectures by trial id. */
  readonly summaries: ReadonlyMap<string, readonly string[]>
  /** Loss charts by trial id. */
  readonly charts: ReadonlyMap<string, string>
  /** Ready-made figures by block id: reconstructions, compare, noise. */
  readonly figures: ReadonlyMap<string, readonly Block[]>
  /** Models that could not be trained. */
  readonly failures: readonly { readonly title: string; readonly message: string }[]
  readonly made: PageContent['made']
}
