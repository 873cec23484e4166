#!/usr/bin/env node
// The command's entry point: puts the commands together, and is the only place that prints errors and sets the exit code. Commands are
// in files of their own; what they do is loaded when they run, so that --version and --help answer at once.
import { Command, CommanderError } from 'commander'
import colours from 'picocolors'
import { EyesWasmError } from '../errors.js'
import { printableLines } from '../quote.js'
import { version } from '../version.js'
import { compareCommand } from './compare.js'
import { dataCommand } from './data.js'
import { doctorCommand } from './doctor.js'
import { evaluateCommand } from './evaluate.js'
import { exportCommand } from './export.js'
import { interpolateCommand } from './interpolate.js'
import { interruption, interruptionExitCode, listenForSignals } from './interrupt.js'
import { latentCommand } from './latent.js'
import { noiseCommand } from './noise.js'
import { createProgress, dataHooks } from './progress.js'
import { rateDistortionCommand } from './rate-distortion.js'
import { recipesCommand } from './recipes.js'
import { reconstructCommand } from './reconstruct.js'
import { reproduceCommand } from './reproduce.js'
import { sampleCommand } from './sample.js'
import { spectrumCommand } from './spectrum.js'
import { sweepCommand } from './sweep.js'
import { trainCommand } from './train.js'
import { enableRevectorization } from '../wasm/revectorize.js'

/** A mistake in the command line itself, as commander found it, and in which command. */
class UsageError extends Error {
  constructor(
    readonly command: string,
    readonly found: CommanderError,
  ) {
    super(found.message)
  }
}

const fullName = (command: Command): string =>
  command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()

/** Settings that addCommand does not hand down: throw instead of exiting, and print nothing by yourself. */
function tame(command: Command): void {
  command
    .exitOverride(error => {
      throw new UsageError(fullName(command), error)
    })
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
  for (const child of command.commands) tame(child)
}

/** Progress of the commands that keep none of their own. */
const progress = createProgress(process.stderr)

function buildProgram(): Command {
  const program = new Command('eyes-wasm')
    .description("Trains the report's autoencoder and VAE on every CPU core: WebAssembly, nothing native.")
    .version(version, '-V, --version', 'print the version')
    .option('--debug', 'print stack traces of errors')
    // Only says that it is wanted: the kernels are compiled where a command first computes with them.
    .hook('preAction', enableRevectorization)
    .addCommand(trainCommand())
    .addCommand(evaluateCommand())
    .addCommand(reconstructCommand())
    .addCommand(exportCommand())
    .addCommand(reproduceCommand())
    .addCommand(compareCommand())
    .addCommand(spectrumCommand())
    .addCommand(noiseCommand())
    .addCommand(sampleCommand())
    .addCommand(interpolateCommand())
    .addCommand(latentCommand())
    .addCommand(sweepCommand())
    .addCommand(rateDistortionCommand())
    .addCommand(recipesCommand())
    .addCommand(
      dataCommand({
        ...dataHooks(progress),
        onDone: message => progress.print(message),
        signal: interruption,
      }),
    )
    .addCommand(doctorCommand())
    .addHelpText(
      'after',
      '\nExamples:\n  $ eyes-wasm train --epochs 20\n      start here; eyes-wasm <command> --help has more',
    )
  tame(program)
  return program
}

/** What was wanted instead, for the mistakes that commander does not explain itself. */
const wanted: Readonly<Record<string, string>> = {
  'commander.unknownOption': ', wanted one of its own flags',
  'commander.unknownCommand': ', wanted one of those that eyes-wasm --help lists',
}

/** commander's words as who, found, wanted, cure: `eyes-wasm train: unknown option '--epohcs', wanted … Did you mean --epochs? …`. */
function usageMessage({ command, found }: UsageError): string {
  if (found.code === 'commander.help') return `${command}: no command given, wanted one of those above.`
  const [what = '', suggestion = ''] = found.message.replace(/^error: /, '').split('\n')
  const hint = suggestion.replace(/^\((.*)\)$/, ' $1')
  return `${command}: ${what.replace(/\.$/, '')}${wanted[found.code] ?? ''}.${hint} See '${command} --help'.`
}

const isHelp = ({ found }: UsageError) => found.exitCode === 0

/** One line a person can act on; anything unexpected says that it is our mistake. */
function errorMessage(error: unknown): string {
  if (error instanceof UsageError) return usageMessage(error)
  const text = printableLines(error instanceof Error ? error.message : String(error))
  if (error instanceof EyesWasmError) return `eyes-wasm: ${text}`
  return `eyes-wasm: internal error: ${text || 'no message'}. Run it again with --debug and report what it prints.`
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return isHelp(error) ? 0 : 2
  const interrupted = interruptionExitCode()
  if (error instanceof EyesWasmError) return error.code === 'ABORTED' ? (interrupted ?? error.exitCode) : error.exitCode
  return 1
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const cause = stackOf(error.cause)
  return `${error.stack ?? ''}${cause === '' ? '' : `\ncaused by ${cause}`}`
}

const isDebug = () => process.argv.includes('--debug')

function printError(error: unknown): void {
  if (error instanceof UsageError && isHelp(error)) return
  const isColoured = process.stderr.isTTY && !process.env.NO_COLOR
  process.stderr.write(colours.createColors(isColoured).red(errorMessage(error)) + '\n')
  if (isDebug()) process.stderr.write(stackOf(error) + '\n')
}

/** Ends the process when what was written has left it. */
function exit(code: number): void {
  process.stdout.write('', () => {
    process.stderr.write('', () => process.exit(code))
  })
}

function fail(error: unknown): void {
  progress.close()
  printError(error)
  exit(exitCodeOf(error))
}

/** A reader that went away (`| head`) is no error. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

ignoreClosedPipe(process.stdout)
ignoreClosedPipe(process.stderr)
process.on('uncaughtException', fail)
listenForSignals(signal => {
  process.stderr.write(`\n${signal}: finishing the step under way and writing what there is. Again to leave at once.\n`)
})
try {
  await buildProgram().parseAsync()
  exit(interruptionExitCode() ?? Number(process.exitCode ?? 0))
} catch (error) {
  fail(error)
}
