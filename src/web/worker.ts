// The worker file of pages (dist/web/worker.js): one for both kinds of program, which share nearly all of its code.
import { openImageProgram } from '../imaging/program.js'
import type { ImageSource } from '../imaging/protocol.js'
import { serve } from '../parallel/worker.js'
import { openModuleProgram } from '../trainer/module-program.js'
import type { ModuleSource } from '../trainer/protocol.js'

export default serve<ImageSource | ModuleSource>((source, backend) =>
  'spec' in source ? openImageProgram(source, backend) : openModuleProgram(source, backend),
)
